import JSON
import Testing

@Suite struct LookupTests {
    private static let text =
        #"{"a":{"b":[1,{"c":"x"},[]],"n":null},"\u0062":{"c d":2},"":true,"b2":{}}"#

    /// The same value as spans of a document, opened by one level, and opened all the way.
    private static func forms() throws -> [Value] {
        let span = try Value.parse(text)
        return [span, .object(span.object?.members ?? []), opened(span)]
    }

    private static func opened(_ value: Value) -> Value {
        switch value {
        case .array(let array): .array(array.map(opened))
        case .object(let object): .object(object.map { Member($0.key, opened($0.value)) })
        default: value
        }
    }

    @Test(
        arguments: [
            ([], nil), ([.name("a"), .name("b"), .index(0)], 1),
            ([.name("a"), .name("b"), .index(1), .name("c")], "x"),
            ([.name("a"), .name("b"), .index(2)], []), ([.name("a"), .name("n")], .null),
            ([.name("b"), .name("c d")], 2), ([.name("")], true), ([.name("b2")], [:]),
        ] as [([Lookup.Step], Value?)])
    func findsWhatIsThere(_ steps: [Lookup.Step], _ expected: Value?) throws {
        for form in try Self.forms() {
            #expect(Lookup(steps)(form) == expected ?? form)
        }
    }

    @Test(
        arguments: [
            [.name("c")], [.name("a"), .name("x")], [.index(0)], [.name("a"), .index(0)],
            [.name("a"), .name("b"), .index(3)], [.name("a"), .name("b"), .index(-1)],
            [.name("a"), .name("b"), .name("b")], [.name("a"), .name("n"), .name("x")],
            [.name("a"), .name("b"), .index(0), .name("x")],
        ] as [[Lookup.Step]])
    func findsNothingElsewhere(_ steps: [Lookup.Step]) throws {
        for form in try Self.forms() { #expect(Lookup(steps)(form) == nil) }
    }

    @Test func findsNamesThatAreTooLongToIntern() throws {
        let name = String(repeating: "x", count: 300)
        let lookup = Lookup([.name(Key(name)), .index(1)])
        #expect(try lookup(Value.parse("{\"\(name)\":[1,2]}")) == 2)
        #expect(lookup(.object([Member(Key(name), [1, 2])])) == 2)
    }
}
