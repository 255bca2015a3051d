import JSON
import StatesLanguage
import Testing

@Suite struct IntrinsicFailureTests {
    @Test(arguments: [
        ("States.ArrayLength('abc')", "the first argument must be an array, not a string"),
        ("States.ArrayGetItem($.list, 3)", "index 3 is outside the array of 3 elements"),
        ("States.ArrayGetItem($.list, -1)", "index -1 is outside the array of 3 elements"),
        ("States.ArrayGetItem($.list, '0')", "the second argument must be a number, not a string"),
        (
            "States.ArrayGetItem(States.StringToJson('[10,11]'), 2)",
            "index 2 is outside the array of 2 elements"
        ),
        (
            "States.ArrayGetItem(States.Array(10, 11), $.minus)",
            "index -1 is outside the array of 2 elements"
        ),
        ("States.ArrayPartition($.list, 0.4)", "the chunk size must be above 0, not 0"),
        ("States.ArrayRange(1, 5, 0)", "the step must not be 0"),
        ("States.ArrayRange(0, 1001, 1)", "the range has more than 1000 elements"),
        ("States.ArrayUnique(null)", "the first argument must be an array, not null"),
        ("States.Base64Decode('a')", "the text is not Base64"),
        ("States.Base64Decode('Zg=')", "the text is not Base64"),
        ("States.Base64Decode('Zm9v!')", "the text is not Base64"),
        ("States.Base64Encode($.long)", "the text has more than 10000 characters"),
        ("States.Hash($.long, 'MD5')", "the text has more than 10000 characters"),
        (
            "States.Hash('x', 'SHA-2')",
            "the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512, not 'SHA-2'"
        ),
        (
            "States.JsonMerge($, $, true)",
            "the third argument must be false, deep merging is not supported"
        ),
        ("States.JsonMerge($, 1, false)", "the second argument must be an object, not a number"),
        ("States.MathAdd(2147483647, 1)", "2147483648 is outside -2147483648 to 2147483647"),
        ("States.MathAdd(1e300, 1)", "the first argument is too large: 1e300"),
        ("States.MathAdd('1', 1)", "the first argument must be a number, not a string"),
        ("States.MathRandom(5, 5)", "the end 5 must be above the start 5"),
        ("States.StringSplit($.list, ',')", "the first argument must be a string, not an array"),
        ("States.StringToJson('\\{\"a\"')", "the text is not JSON, 1:5: "),
        (
            "States.Format('{} {}', 1)",
            "number of arguments do not match the occurrences of {}, 1 for 2"
        ),
        ("States.Format($.list, 1)", "the first argument must be a string, not an array"),
        ("States.Format($.dangling)", "the template ends with a backslash"),
    ])
    func saysWhichArgumentIsWrong(_ call: String, _ reason: String) throws {
        let input: Value = [
            "list": [1, 2, 3], "long": .string(String(repeating: "ä", count: 10_001)),
            "dangling": "a\\", "minus": -1,
        ]
        let fault = #expect(throws: StateFault.self) {
            try IntrinsicCallTests.evaluate(call, input)
        }
        let name = call.prefix { $0 != "(" }
        let cause =
            "The function '\(call)' had the following error: Invalid arguments in \(name): "
            + reason
        #expect(fault?.error == "States.IntrinsicFailure")
        #expect(fault?.cause?.hasPrefix(cause) == true, "\(fault?.cause ?? "")")
    }

    @Test func acceptsWhatIsJustWithinTheLimits() throws {
        let range = try IntrinsicCallTests.evaluate("States.ArrayRange(1, 1000, 1)")
        #expect(range.array?.count == 1000)
        let text = Value.string(String(repeating: "ä", count: 10_000))
        #expect(throws: Never.self) {
            try IntrinsicCallTests.evaluate("States.Hash($, 'SHA-512')", text)
        }
    }

    @Test(arguments: [
        ("States.Format('{}', $.nope)", "$.nope"),
        ("States.Format('{}', States.Array($.a, $.a.b))", "$.a.b"),
        ("States.MathAdd($.list[5], 1)", "$.list[5]"),
        ("States.Format('{}', $$.Nope.Deep)", "$.Nope.Deep"),
        ("States.Format('{}', $nope)", "$nope"),
    ])
    func namesTheCallAndThePathThatLeadsNowhere(_ call: String, _ path: String) throws {
        let fault = #expect(throws: StateFault.self) {
            try IntrinsicCallTests.evaluate(call, ["a": 1, "list": []])
        }
        #expect(fault?.error == "States.Runtime")
        let cause =
            "The function '\(call)' had the following error: The JsonPath argument for the field "
            + "'\(path)' could not be found in the input '{\"a\":1,\"list\":[]}'"
        #expect(fault?.cause == cause)
    }

    @Test func passesOnThatAStepCannotBeTaken() {
        let fault = #expect(throws: StateFault.self) {
            try IntrinsicCallTests.evaluate("States.Array($.a[0])", ["a": 1])
        }
        let cause =
            "The function 'States.Array($.a[0])' had the following error: Filter: [0] can only be "
            + "applied to arrays. Current context is: 1"
        #expect(fault?.cause == cause)
    }

    @Test(arguments: [
        ("", 0), ("$.a", 0), ("States.Nope()", 0), ("States.UUID", 11), ("States.UUID(1)", 0),
        ("States.UUID ()", 11), ("States.Array(1", 14), ("States.Array(1,)", 15),
        ("States.Array(1 2)", 15), ("States.Array('a)", 13), ("States.Array(\"a\")", 13),
        (#"States.Array('a\"')"#, 15), (#"States.Array('a\')"#, 13), ("States.Array($.)", 15),
        ("States.Array($.a[)", 18), ("States.Array(a)", 13), ("States.Array(01)", 13),
        ("States.Array()[0]", 14), ("States.MathAdd(1)", 0), ("States.Format()", 0),
        ("States.Array(True)", 13), ("States.JsonMerge(1,2,3,4)", 0),
    ])
    func refusesWhatIsNoCall(_ text: String, _ offset: Int) {
        let error = #expect(throws: IntrinsicSyntaxError.self) { try IntrinsicCall(parsing: text) }
        #expect(error?.offset == offset, "\(error?.message ?? "")")
    }

    @Test func callsNestTenDeep() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "States.Array(", count: depth) + String(repeating: ")", count: depth)
        }
        #expect(throws: Never.self) { try IntrinsicCall(parsing: nested(10)) }
        #expect(throws: IntrinsicSyntaxError.self) { try IntrinsicCall(parsing: nested(11)) }
        #expect(throws: IntrinsicSyntaxError.self) { try IntrinsicCall(parsing: nested(100_000)) }
    }
}
