import JSON
import JSONata
import Testing

/// Where arrays are spread, kept and collapsed: the finer points that the suites do not have.
@Suite struct SequenceTests {
    @Test(arguments: [
        ("[10, 20, 30][[0, 0, 2]]", "[10,10,30]"),
        ("[10, 20, 30][[-1, -1]]", "[30,30]"),
        ("[10, 20, 30][[]]", "undefined"),
        ("[10, 20][true]", "[10,20]"),
        ("[].a", "[]"),
        ("$join([].$string(), '-')", "\"\""),
        ("[[1], [2, [3]]].$", "[1,2,[3]]"),
        ("$spread([{'a': 1}])", "[{\"a\":1}]"),
        ("$spread({'a': 1})", "{\"a\":1}"),
        ("{'a': [5]}.*", "[5]"),
        ("{'a': 5}.*", "5"),
        ("{'a': [[5], 6]}.*", "[5,6]"),
        ("[1, 2]#$i.$i", "undefined"),
        ("([1, 2])#$i.{'i': $i, 'v': $}", "[{\"i\":0,\"v\":1},{\"i\":1,\"v\":2}]"),
        ("[{'a': [1, 2]}, {'a': 3}].a", "[1,2,3]"),
        ("[{'a': [[1]]}].a", "[[1]]"),
        ("$map([1], $string)[]", "[\"1\"]"),
        ("$filter([1, 2], function($v) { $v > 1 })", "2"),
        ("($x := [1][]; $x)", "[1]"),
        ("[{'n': 'a', 'v': 1}, {'n': 'a', 'v': 2}]{n: v}", "{\"a\":[1,2]}"),
        ("{'c': {'a': 1}}.(1; c)@$v.*", "{\"a\":1}"),
        ("{'a': 1}.{'b': $.a, 'c': nothing}", "{\"b\":1}"),
    ])
    func spreadsKeepsAndCollapses(_ text: String, _ result: String) throws {
        #expect(try Expression(text).evaluate(nil)?.serialized ?? "undefined" == result)
    }

    @Test(arguments: [
        ("true ~> |a|{'w': 1}|", "T0410"), ("5 ~> $clone", "T0410"), ("$number([1])", "T0410"),
    ])
    func aChoiceOfTypesIsExact(_ text: String, _ code: String) throws {
        let error = #expect(throws: JSONataError.self) { try Expression(text).evaluate(nil) }
        #expect(error?.code == code)
    }

    @Test func integersBeyondDoublesKeepTheirDigitsUntilCalculatedWith() throws {
        let input = try Value.parse("{\"id\": 12345678901234567890, \"n\": [9007199254740993]}")
        #expect(try Expression("id").evaluate(input)?.serialized == "12345678901234567890")
        #expect(try Expression("n[0]").evaluate(input)?.serialized == "9007199254740993")
        #expect(try Expression("n[0] + 0").evaluate(input)?.serialized == "9007199254740992")
        #expect(try Expression("id > 1 and id = id").evaluate(input) == true)
    }
}
