import JSON
import Testing

@Suite struct ParserTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-1", "1.5e10", "123456789012345678901234567890", "\"\"",
        "\"a\"", "[]", "{}", "[1,2,[3,{\"a\":null}]]", "{\"a\":1,\"b\":{\"c\":[]}}", "\"größe 😀\"",
        "0.0", "-0", "1.0", "{\"\":\"\"}",
    ])
    func writesWhatItRead(_ text: String) throws {
        #expect(try Value.parse(text).serialized == text)
    }

    @Test func writesBlanksAndEscapesCompactly() throws {
        let value = try Value.parse(" { \"a\" : [ 1 , \"\\u00e9\\n\\/\" ] } ")
        #expect(value.serialized == "{\"a\":[1,\"é\\n/\"]}")
    }

    @Test(arguments: [
        ("", 1, 1), ("[1,", 1, 4), ("{\"a\":1,}", 1, 8), ("[1 2]", 1, 4), ("tru", 1, 1),
        ("01", 1, 2), ("1.", 1, 3), ("\"a", 1, 1), ("\"\\x\"", 1, 2), ("{\n  \"a\" 1}", 2, 7),
        ("[1]\n]", 2, 1), ("\"\u{1}\"", 1, 2),
    ])
    func namesThePlaceOfAnError(_ text: String, _ line: Int, _ column: Int) {
        let error = #expect(throws: ParseError.self) { try Value.parse(text) }
        #expect(error?.position == Position(line: line, column: column))
    }

    @Test func refusesInvalidUTF8() {
        let bytes: [UInt8] = [0x22, 0xC0, 0x80, 0x22]
        _ = bytes.withUnsafeBufferPointer { bytes in
            #expect(throws: ParseError.self) { try Value.parse(bytes) }
        }
    }

    @Test func refusesTooDeepNesting() {
        let deep = String(repeating: "[", count: 1001)
        #expect(throws: ParseError.self) { try Value.parse(deep) }
    }

    @Test func lastOfDuplicateNamesCounts() throws {
        let value = try Value.parse(#"{"a":1,"b":2,"a":{"c":3,"c":4}}"#)
        #expect(value.serialized == #"{"a":{"c":4},"b":2}"#)
        #expect(value["a"]?["c"] == 4)
    }

    @Test func findsDuplicatesInLargeObjects() throws {
        let members = (0..<500).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let value = try Value.parse("{\(members),\"k7\":true}")
        #expect(value.object?.count == 500)
        #expect(value["k7"] == true)
        #expect(value["k499"] == 499)
    }

    @Test func tellsAllDuplicateNamesAndTheirPlaces() throws {
        let text = #"{"a":1,"b":{"c":3,"\u0063":4},"a":2}"#
        let duplicates = try Node.parse(text).document.duplicateNames
        #expect(duplicates.map(\.name) == ["c", "a"])
        #expect(duplicates.map(\.offset) == [18, 30])
    }

    @Test func canRefuseDuplicateNames() {
        var options = ParseOptions()
        options.refusesDuplicateKeys = true
        #expect(throws: ParseError.self) { try Value.parse(#"{"a":1,"a":2}"#, options: options) }
    }
}
