import Testing

@testable import JSON

@Suite struct TextTests {
    /// Texts around the length up to which they are kept within the value.
    static let texts = (0...20).flatMap { count in
        [String("abcdefghijklmnopqrstuvwxyz".prefix(count)), String(repeating: "é", count: count)]
    }

    /// The same text as it comes about in different ways.
    private func forms(_ text: String) -> [Text] {
        var copy = text
        let document = copy.withUTF8 { Document(copying: $0) }
        let spread = Document(copying: document.bytes)
        return [
            Text(text), Text(document, offset: 0, count: text.utf8.count),
            copy.withUTF8 { Text(utf8: $0) }, Text(storage: .native(text)),
            Text(storage: .slice(spread, offset: 0, count: UInt32(text.utf8.count))),
        ]
    }

    @Test(arguments: texts)
    func keepsItsBytesInEveryForm(_ text: String) {
        for form in forms(text) {
            #expect(form.string == text)
            #expect(form.utf8Count == text.utf8.count)
            #expect(form.isEmpty == text.isEmpty)
            #expect(Value.string(form).serialized == "\"\(text)\"")
            for other in forms(text) {
                #expect(form == other)
                #expect(form.hashValue == other.hashValue)
            }
            #expect(form != Text(text + "x"))
        }
    }

    @Test(arguments: texts)
    func slicesAreTheSamePartInEveryForm(_ text: String) {
        let step = text.first == "é" ? 2 : 1
        let count = text.utf8.count
        for start in stride(from: 0, through: count, by: step) {
            let expected = String(decoding: Array(text.utf8)[start..<count], as: UTF8.self)
            for form in forms(text) { #expect(form.slice(start..<count).string == expected) }
        }
    }

    @Test func illFormedBytesBecomeReplacementCharacters() {
        let bytes: [UInt8] = [0x61, 0xFF, 0x62]
        #expect(bytes.withUnsafeBufferPointer { Text(utf8: $0) }.string == "a\u{FFFD}b")
    }
}
