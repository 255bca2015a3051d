import JSON
import JSONata
import Testing

/// Errors of evaluating: code, place, token and words.
@Suite struct EvaluationErrorTests {
    @Test(arguments: [
        ("1 + 'a'", "T2002: The right side of the \"+\" operator must evaluate to a number"),
        ("true * 2", "T2001: The left side of the \"*\" operator must evaluate to a number"),
        ("$abs('a')", "T0410: Argument 1 of function \"abs\" does not match function signature"),
        ("$sum(['a'])", "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\""),
        ("$nope(1)", "T1006: Attempted to invoke a non-function"),
        ("sum([1])", "T1005: Attempted to invoke a non-function. Did you mean $sum?"),
        ("$number('x')", "D3030: Unable to cast value to a number: \"x\""),
        ("$error('out of stock')", "D3137: out of stock"),
        ("$error('')", "D3137: $error() function evaluated"),
        (
            "$split('abc', 1, 'x')",
            "T0410: Argument 3 of function \"split\" does not match function signature"
        ),
        (
            "$formatNumber(5, '0e')",
            "D3093: The exponent part of the sub-picture must comprise only of one or more"
                + " characters that are members of the 'decimal digit family'"
        ),
        ("$assert(false, 'no')", "D3141: no"),
        (
            "1 < 'a'",
            "T2009: The values 1 and \"a\" either side of operator \"<\" must be of the same data"
                + " type"
        ),
        (
            "(5).$substring(5)",
            "T0411: Context value is not a compatible type with argument 1 of"
                + " function \"substring\""
        ),
    ])
    func saysWhatIsWrong(_ text: String, _ description: String) throws {
        let expression = try Expression(text)
        let error = #expect(throws: JSONataError.self) { try expression.evaluate(nil) }
        #expect(error?.description == description)
        #expect((error?.offset ?? -1) >= 0)
    }

    @Test func pointsAtTheOperator() throws {
        let expression = try Expression("$sum([1]) & (2 - 'x')")
        let error = #expect(throws: JSONataError.self) { try expression.evaluate(nil) }
        #expect(error?.offset == 15)
        #expect(error?.token == "-")
    }

    @Test func evalDoesNotExistUnlessAllowed() throws {
        let error = #expect(throws: JSONataError.self) {
            try Expression("$eval('1')").evaluate(nil)
        }
        #expect(error?.code == "T1006")
        let options = CompileOptions(statesLanguage: false, allowsEval: true)
        #expect(try Expression("$eval('1 + 1')", options: options).evaluate(nil) == 2)
    }
}
