import Testing

@testable import JSON

@Suite struct ValueLayoutTests {
    /// Without it everything works as well, but lookups cost three times as much.
    @Test func isWhatTheCompilerMakes() { #expect(ValueLayout.isKnown) }

    @Test func leadsToTheSameMembersAsTheValueItself() throws {
        let value: Value = ["a": ["b": [1, ["c": "deep"]]], "z": nil]
        let way = Lookup([.name("a"), .name("b"), .index(1), .name("c")])
        #expect(way(value) == "deep")
        #expect(way.uncounted(value) == "deep")
        #expect(Lookup([.name("z")])(value) == .some(.null))
        #expect(Lookup([.name("y")])(value) == nil)
        #expect(Lookup([.name("a"), .index(0)])(value) == nil)
        #expect(Lookup([.name("a"), .name("b"), .name("c")])(value) == nil)
    }

    /// Records of another shape than the one before are searched anew.
    @Test func followsMembersThatChangeTheirPlaces() {
        let way = Lookup([.name("wanted")])
        for count in [5, 0, 3, 1, 7] {
            var object = ObjectValue((0..<count).map { Member(Key("other \($0)"), nil) })
            #expect(way(.object(object)) == nil)
            object["wanted"] = .int(count)
            #expect(way(.object(object)) == .int(count))
        }
    }
}
