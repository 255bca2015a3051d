import JSON
import JSONata
import Testing

/// What the States Language adds to the library, and what its validator asks.
@Suite struct StatesLanguageTests {
    @Test(arguments: [
        ("$partition([1,2,3,4,5], 2)", "[[1,2],[3,4],[5]]"),
        ("$partition([0], 1)", "[[0]]"), ("$partition([], 2)", "[]"),
        ("$base64decode('w7w')", "\"ü\""), ("$partition([1,2,3,4], 2.9)", "[[1,2],[3,4]]"),
        ("$range(0, 9, 3)", "[0,3,6,9]"), ("$range(0, 6, 2)", "[0,2,4,6]"),
        ("$range(1, 9, 9)", "1"), ("$range(3, 1, -1)", "[3,2,1]"),
        ("$range(1.7, 3.2, 1)", "[1,2,3]"),
        ("$hash('input', 'SHA-1')", "\"140f86aae51ab9e1cda9b4254fe98a74eb54c1a1\""),
        ("$hash('abc', 'MD5')", "\"900150983cd24fb0d6963f7d28e17f72\""),
        (
            "$hash('abc', 'SHA-256')",
            "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""
        ),
        (
            "$hash('abc', 'SHA-384')",
            "\"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                + "8086072ba1e7cc2358baeca134c825a7\""
        ),
        (
            "$hash('abc', 'SHA-512')",
            "\"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f\""
        ),
        ("$random(42)", "0.7275636800328681"), ("$parse('-0')", "0"),
        ("$parse('{\"a\":1}').a", "1"), ("$length($uuid())", "36"),
        (
            "$toMillis('2018-03-23T10:33:36.617+05:30', '[Y]-[M]-[D]T[H]:[m]:[s].[f][Z]')",
            "1521781416617"
        ),
        ("$uuid() = $uuid()", "false"), ("$random() < 1", "true"),
    ])
    func addsFunctions(_ text: String, _ result: String) throws {
        #expect(try Expression(text).evaluate(nil)?.serialized == result)
    }

    @Test(arguments: ["!!!", "a", "Zg=", "Zm9v!"])
    func refusesWhatIsNotBase64(_ text: String) throws {
        let expression = "$base64decode('\(text)')"
        let error = #expect(throws: JSONataError.self) { try Expression(expression).evaluate(nil) }
        #expect(error?.kind == .internal)
        let lenient = CompileOptions(statesLanguage: false)
        #expect(try Expression(expression, options: lenient).evaluate(nil)?.kind == .string)
    }

    @Test func addsThemOnlyIfAsked() throws {
        let options = CompileOptions(statesLanguage: false)
        for text in ["$partition([1], 1)", "$uuid()", "$parse('1')", "$hash('a', 'MD5')"] {
            let expression = try Expression(text, options: options)
            let error = #expect(throws: JSONataError.self) { try expression.evaluate(nil) }
            #expect(error?.code == "T1006")
        }
    }

    @Test func takesTimeAndRandomnessFromOutside() throws {
        let environment = Environment(
            now: 1_700_000_000_000, random: { 7 }, uuid: { "00000000-0000-4000-8000-000000000000" })
        let result = try Expression("[$now(), $millis(), $random(), $uuid()]")
            .evaluate(nil, environment: environment)
        let wanted =
            "[\"2023-11-14T22:13:20.000Z\",1700000000000,0,"
            + "\"00000000-0000-4000-8000-000000000000\"]"
        #expect(result?.serialized == wanted)
    }

    @Test(arguments: [
        ("$states.input.a + $x", ["states", "x"]),
        ("($y := 1; $y + $z)", ["z"]),
        ("$map($items, function($i) { $i * $rate })", ["items", "rate"]),
        ("($f := function() { $g() }; $g := function() { 1 }; $f())", []),
        ("$sum($v) & $states.input", ["v", "states"]),
        ("$states.input.rows@$r.cells#$c.{'r': $r, 'c': $c}", ["states"]),
        ("($x := $x + 1; $x)", ["x"]),
    ])
    func tellsFreeVariablesInTheirOrder(_ text: String, _ names: [String]) throws {
        #expect(try Expression(text).freeVariables == names)
    }

    @Test func takesValuesOfFreeVariables() throws {
        let expression = try Expression("$states.input.n * $factor")
        let states: Value = ["input": ["n": 6]]
        #expect(try expression.evaluate(nil, variables: [states, 7]) == 42)
        #expect(try expression.evaluate(nil, variables: [states]) == nil)
        #expect(try expression.evaluate(nil) == nil)
    }

    @Test(arguments: [
        ("phone", ["phone"]), ("$.a", ["$"]), ("$$.a", ["$$"]), ("$states.input.a[b > 1]", []),
        ("$states.input.(a & b)", []), ("$map($states.input, function($v) { $v.a })", []),
        ("{'k': name}", ["name"]), ("$sum(prices)", ["prices"]), ("a.b.c", ["a"]),
        ("$states.input^(price).sku", []), ("$states.input{status: $count($)}", []),
        ("* & **", ["*", "*"]),
    ])
    func tellsReferencesThatHaveNothingToReferTo(_ text: String, _ names: [String]) throws {
        #expect(try Expression(text).references.topLevel.map(\.text) == names)
    }

    @Test func tellsMembersUsedOfVariables() throws {
        let references = try Expression("$states.result.Payload[ok].n & $states.input.x ?? $v")
            .references
        #expect(
            references.variables.map(\.path) == [["result", "Payload"], ["input", "x"], []])
        #expect(references.variables.map(\.variable) == ["states", "states", "v"])
        #expect(references.variables.map(\.offset) == [0, 31, 50])
        #expect(references.newerOperators.map(\.text) == ["??"])
        #expect(references.newerOperators.map(\.offset) == [47])
    }

    @Test func tellsFunctionsNobodyHas() throws {
        let references = try Expression("$f(1) + $eval('1') + $sum([1])").references
        #expect(references.unknownFunctions.map(\.text) == ["$f", "$eval"])
    }
}
