import JSON
import JSONPath
import Testing

@Suite struct ReferencePathTests {
    @Test(arguments: [
        ("$", #"{"a":1}"#, "9"),
        ("$.b", #"{"a":1}"#, #"{"a":1,"b":9}"#),
        ("$.a", #"{"a":1,"b":2}"#, #"{"a":9,"b":2}"#),
        ("$.x.y['z w']", #"{"a":[1, 2]}"#, #"{"a":[1,2],"x":{"y":{"z w":9}}}"#),
        ("$.a[1]", #"{"a":[1,2,3]}"#, #"{"a":[1,9,3]}"#),
        ("$[1].payload", #"[{"k":1},{"k":2}]"#, #"[{"k":1},{"k":2,"payload":9}]"#),
        (#"$.store\.book"#, "{}", #"{"store.book":9}"#),
        (#"$.foo\@bar.baz\[\[.\?pretty"#, "{}", #"{"foo@bar":{"baz[[":{"?pretty":9}}}"#),
        (#"$.&Ж中.\uD800\uDF46"#, "{}", #"{"&Ж中":{"𐍆":9}}"#),
    ])
    func writesAtThePlace(_ path: String, _ before: String, _ after: String) throws {
        var value = try Value.parse(before)
        try ReferencePath(parsing: path).set(9, in: &value)
        #expect(value.serialized == after)
    }

    @Test(arguments: [
        ("$.a.b", #"{"a":1}"#), ("$.a.b", #"{"a":null}"#), ("$.a.b", #"{"a":[1]}"#),
        ("$.a[2]", #"{"a":[1,2]}"#), ("$.a[-1]", #"{"a":[1,2]}"#), ("$.a[0]", #"{"a":{"b":1}}"#),
        ("$.x.y[0]", #"{"a":1}"#), ("$.a", "5"),
    ])
    func leavesTheDocumentAloneWhenItCannotWrite(_ path: String, _ document: String) throws {
        var value = try Value.parse(document)
        let path = try ReferencePath(parsing: path)
        #expect(throws: PathFailure.self) { try path.set(9, in: &value) }
        #expect(value.serialized == document)
    }

    @Test(arguments: [
        "", "a", "$.*", "$[*]", "$..a", "$[0:1]", "$[0,1]", "$['a','b']", "$[?(@.a)]", "$.@a",
        "$.a:b", "$.a?", "$.a.length()", "$[(@.length-1)]", "$$.a", "$x",
    ])
    func refusesWhatDoesNotNameOnePlace(_ text: String) {
        #expect(throws: PathSyntaxError.self) { try ReferencePath(parsing: text) }
    }

    @Test func writesIntoALargeObjectWithoutCopyingIt() throws {
        var members: [Member] = []
        for index in 0..<200_000 { members.append(Member(Key("k\(index % 1000)x"), .int(index))) }
        var value: Value = .object([Member("big", .object(members)), Member("n", 0)])
        let path = try ReferencePath(parsing: "$.big.k1x")
        let clock = ContinuousClock()
        let writing = try clock.measure {
            for index in 0..<20_000 { try path.set(.int(index), in: &value) }
        }
        // 20,000 copies of 200,000 members would take minutes; in place it is milliseconds.
        #expect(writing < .seconds(5))
    }
}
