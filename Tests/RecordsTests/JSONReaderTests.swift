import JSON
import Records
import Testing

@Suite struct JSONReaderTests {
    @Test(arguments: [
        ("[]", []), (" [ ] \n", []), ("{}", []),
        ("[1]", ["1"]),
        (
            "\u{FEFF}[1, \"a,]\" ,[2,[3]],{\"b\":[4,{}]}]\n",
            ["1", "\"a,]\"", "[2,[3]]", "{\"b\":[4,{}]}"]
        ),
        ("[\"\\\"]\",\"\\\\\",null]", ["\"\\\"]\"", "\"\\\\\"", "null"]),
        (
            "{\"Hello\": \"world\", \"n\\\"\":[1]}",
            ["{\"Key\":\"Hello\",\"Value\":\"world\"}", "{\"Key\":\"n\\\"\",\"Value\":[1]}"]
        ),
    ])
    func readsElementsAndMembers(text: String, items: [String]) {
        for piece in [1, 2, 5, 64, 1000] {
            for readBytes in [1, 7, 1 << 16] {
                let configuration = ReaderConfiguration.json.with { $0.readBytes = readBytes }
                let outcome = Outcome(text, configuration, piece: piece)
                #expect(outcome.json == items && outcome.error == nil)
            }
        }
    }

    @Test func givesTheNameAndTheValueAloneOfAMember() throws {
        let item = try #require(Outcome("{\"k\":{\"v\":1}}", .json).items.first)
        #expect(item.key == "k")
        #expect(item.contextValue == ["v": 1])
    }

    @Test(arguments: ["\"text\"", "12", "true", "null"])
    func refusesAScalar(text: String) {
        let error = Outcome(text, .json).error
        #expect(error?.kind == .notIterable)
        #expect(error?.cause == "Attempting to map over non-iterable node.")
    }

    @Test func refusesAnObjectIfToldTo() {
        let outcome = Outcome("{\"a\":1}", .json.with { $0.iteratesObjects = false })
        #expect(outcome.error?.cause == "Attempting to map over non-iterable node.")
    }

    /// A broken text, how many items come first, the kind of error and its byte.
    @Test(arguments: [
        ("[1,2] x", 2, RecordsError.Kind.malformed, 6),
        ("[1,2][3]", 2, .malformed, 5),
        ("[1,2", 1, .truncated, 4),
        ("[1,\"abc", 1, .truncated, 7),
        ("[1,,2]", 1, .malformed, 3),
        ("[1,]", 1, .malformed, 3),
        ("[,1]", 0, .malformed, 1),
        ("[1}", 0, .malformed, 2),
        ("[1,{\"a\":1]},3]", 1, .malformed, 10),
        ("[1,{\"a\":tru}]", 1, .malformed, 8),
        ("{\"a\":1,2}", 1, .malformed, 7),
        ("{\"a\":1,\"b\"}", 1, .malformed, 7),
        ("hello", 0, .malformed, 0),
    ])
    func deliversWhatComesBeforeAMistake(
        text: String, items: Int, kind: RecordsError.Kind, byte: Int
    ) {
        for readBytes in [1, 3, 1 << 16] {
            let outcome = Outcome(text, .json.with { $0.readBytes = readBytes })
            #expect(outcome.items.count == items)
            #expect(outcome.error?.kind == kind)
            #expect(outcome.error?.byteOffset == byte)
        }
    }

    private let nested = #"{"x":[{"a":1},"]}"],"d~/\"":{"list":[[0],[10,11],{"k":5}]},"last":3}"#

    @Test(arguments: [
        ("/x", ["{\"a\":1}", "\"]}\""]),
        ("/d~0~1\"/list/1", ["10", "11"]),
        ("/d~0~1\"/list/2", ["{\"Key\":\"k\",\"Value\":5}"]),
        ("", ["x", "d~/\"", "last"]),
    ])
    func followsItemsPointer(pointer: String, items: [String]) throws {
        let pointer = try #require(JSONPointer(parsing: pointer))
        for readBytes in [1, 9, 1 << 16] {
            let configuration = ReaderConfiguration.json.with {
                $0.itemsPointer = pointer
                $0.readBytes = readBytes
            }
            let outcome = Outcome(nested, configuration)
            #expect(outcome.error == nil)
            let names = outcome.items.compactMap { $0.key?.string }
            #expect((pointer.steps.isEmpty ? names : outcome.json) == items)
        }
    }

    @Test(arguments: [
        ("/nothing", RecordsError.Kind.pointer), ("/x/5", .pointer), ("/x/01", .pointer),
        ("/last/a", .pointer), ("/last", .notIterable), ("/x/1", .notIterable),
    ])
    func refusesAPointerThatLeadsNowhere(pointer: String, kind: RecordsError.Kind) throws {
        let pointer = try #require(JSONPointer(parsing: pointer))
        let outcome = Outcome(nested, .json.with { $0.itemsPointer = pointer })
        #expect(outcome.items.isEmpty && outcome.error?.kind == kind)
    }

    @Test func refusesATextThatEndsBeforeThePointersPlace() throws {
        let pointer = try #require(JSONPointer(parsing: "/b"))
        for text in ["{\"a\":[1,", "{\"a\":\"x", "{\"a\"", "{"] {
            let outcome = Outcome(text, .json.with { $0.itemsPointer = pointer })
            #expect(outcome.error?.kind == .truncated)
        }
    }

    @Test func keepsNoMoreOfANameThanARecordMayHave() throws {
        let pointer = try #require(JSONPointer(parsing: "/b"))
        let text = "{\"" + String(repeating: "x", count: 1000) + "\":1,\"b\":[1]}"
        var configuration = ReaderConfiguration.json.with { $0.itemsPointer = pointer }
        #expect(Outcome(text, configuration).json == ["1"])
        configuration.maximumRecordBytes = 500
        #expect(Outcome(text, configuration).error?.kind == .tooLarge)
    }

    @Test func readsJSONLinesAndPassesOverBlankOnes() {
        let outcome = Outcome("{\"a\":1}\n\n  \r\n[2]\r\n\"x\"", .jsonLines)
        #expect(outcome.json == ["{\"a\":1}", "[2]", "\"x\""] && outcome.error == nil)
        #expect(outcome.lines == [1, 4, 5])
    }

    @Test func namesTheLineOfAMalformedValue() {
        let outcome = Outcome("{\"a\":1}\n\n{\"a\":}\n3\n", .jsonLines)
        #expect(outcome.json == ["{\"a\":1}"])
        #expect(outcome.error?.kind == .malformed)
        #expect(outcome.error?.line == 3)
        #expect(outcome.error?.byteOffset == 14)
        #expect(
            outcome.error?.description
                == "memory, line 3, byte 14: no valid JSON: unexpected '}'; expected a value")
    }

    @Test(arguments: 0..<100)
    func findsTheElementsOfRandomArrays(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let elements = (0..<20).map { _ in randomValue(depth: 3, &generator) }
        let blanks = ["", " ", "\n  ", "\t"]
        let text =
            "["
            + elements.map { $0.serialized + (blanks.randomElement(using: &generator) ?? "") }
            .joined(separator: ",") + "]"
        let configuration = ReaderConfiguration.json.with { $0.readBytes = 1 + seed * 5 }
        let outcome = Outcome(text, configuration, piece: 1 + seed % 17)
        #expect(outcome.items.map(\.value) == elements)
        let lines = elements.map(\.serialized).joined(separator: "\n")
        #expect(
            Outcome(lines, .jsonLines.with { $0.readBytes = 1 + seed }).items.map(\.value)
                == elements)
    }

    private func randomValue(depth: Int, _ generator: inout SeededGenerator) -> Value {
        let pieces = ["a", "\"", "\\", "]", "}", ",", "{", "[", "\n", "é", "\u{1}"]
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &generator) {
        case 0: return .int(Int.random(in: -99...99, using: &generator))
        case 1: return .null
        case 2: return true
        case 3:
            return .string(
                (0..<Int.random(in: 0..<30, using: &generator))
                    .compactMap { _ in pieces.randomElement(using: &generator) }.joined())
        case 4:
            return .array((0..<3).map { _ in randomValue(depth: depth - 1, &generator) })
        default:
            return .object(
                (0..<3).map { Member(Key("k\($0)]"), randomValue(depth: depth - 1, &generator)) })
        }
    }

    @Test func readsWhatIsInMemory() throws {
        let array = Outcome { () throws(RecordsError) in try ValueReader([1, [2], "x"]) }
        #expect(array.json == ["1", "[2]", "\"x\""])
        let object = Outcome { () throws(RecordsError) in try ValueReader(["a": 1], maxItems: 5) }
        #expect(object.json == [#"{"Key":"a","Value":1}"#])
        #expect(object.items.first?.key == "a")
        let scalar = Outcome { () throws(RecordsError) in try ValueReader(5) }
        #expect(scalar.error?.cause == "Attempting to map over non-iterable node.")
    }
}
