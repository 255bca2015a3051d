import JSON
import Testing

@testable import Records

/// The rules of CSV one character after another: slow, short, and written independently.
struct ReferenceCSV {
    private let bytes: [UInt8]
    private var index = 0
    private(set) var rows: [[[UInt8]]] = []
    private(set) var isUnclosed = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        while index < bytes.count && !isUnclosed { readRow() }
    }

    private func at(_ place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func readRow() {
        var row: [[UInt8]] = []
        while true {
            row.append(readField())
            if isUnclosed { return }
            let isRowEnd = at(index) != 0x2C
            index += 1
            if isRowEnd { break }
        }
        rows.append(row)
    }

    /// Reads up to, not including, the delimiter or line feed behind the field.
    private mutating func readField() -> [UInt8] {
        var field: [UInt8] = []
        if at(index) == 0x22 {
            index += 1
            while let byte = at(index), byte != 0x22 || at(index + 1) == 0x22 {
                take(byte, &field)
            }
            if at(index) == nil { isUnclosed = true }
            index += 1
        }
        while let byte = at(index), byte != 0x2C, byte != 0x0A {
            if byte == 0x0D, at(index + 1) == 0x0A { index += 1 } else { take(byte, &field) }
        }
        return field
    }

    private mutating func take(_ byte: UInt8, _ field: inout [UInt8]) {
        let next = at(index + 1)
        switch (byte, next) {
        case (0x22, 0x22), (0x5C, 0x22), (0x5C, 0x5C), (0x5C, 0x2C):
            field.append(next ?? 0)
            index += 2
        case (0x5C, _): index += 1
        default:
            field.append(byte)
            index += 1
        }
    }
}

@Suite struct CSVPropertyTests {
    private let columns = ["a", "b", "c"]

    private func expected(_ bytes: [UInt8]) -> (rows: [Value], isUnclosed: Bool) {
        let reference = ReferenceCSV(bytes)
        let rows = reference.rows.map { row in
            Value.object(
                columns.indices.map { index in
                    let field = index < row.count ? row[index] : []
                    return Member(
                        Key(columns[index]), .string(String(decoding: field, as: UTF8.self)))
                })
        }
        return (rows, reference.isUnclosed)
    }

    private func check(_ bytes: [UInt8], readBytes: Int, piece: Int) {
        let configuration = ReaderConfiguration.csv.with {
            $0.csvHeaders = columns
            $0.readBytes = readBytes
            $0.blockItems = 1 + readBytes % 7
        }
        let outcome = Outcome(bytes, configuration, piece: piece)
        let (rows, isUnclosed) = expected(bytes)
        if outcome.error?.kind == .header {
            // One line that returns would cut into several.
            let cut = ReferenceCSV(bytes.map { $0 == 0x0D ? 0x0A : $0 } + [0x78])
            #expect(rows.count == 1 && !isUnclosed && cut.rows.count > 1)
            return
        }
        #expect(outcome.items.map(\.value) == rows, "\(String(decoding: bytes, as: UTF8.self))")
        #expect((outcome.error?.kind == .truncated) == isUnclosed)
    }

    @Test(arguments: 0..<400)
    func agreesWithTheReferenceOnRandomBytes(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        // Mostly harmless letters make the fast way, few of them the slow one the common case.
        let letters = Array(String(repeating: "x", count: seed % 40).utf8)
        let alphabet = Array("a,\",\n,\"\\\r\n".utf8) + letters
        let count = Int.random(in: 0..<300, using: &generator)
        let bytes = (0..<count).compactMap { _ in alphabet.randomElement(using: &generator) }
        check(bytes, readBytes: 1 + seed % 100, piece: 1 + seed % 13)
        check(bytes, readBytes: 1 << 16, piece: .max)
    }

    @Test(arguments: 0..<200)
    func agreesOnRandomWellQuotedRows(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let contents = Array("abcdefghij,\n ".utf8)
        var bytes: [UInt8] = []
        for _ in 0..<20 {
            for column in 0..<3 {
                if column > 0 { bytes.append(0x2C) }
                bytes.append(0x22)
                for _ in 0..<Int.random(in: 0..<40, using: &generator) {
                    let byte = contents.randomElement(using: &generator) ?? 0x61
                    bytes += Int.random(in: 0..<20, using: &generator) == 0 ? [0x22, 0x22] : [byte]
                }
                bytes.append(0x22)
            }
            bytes.append(0x0A)
        }
        check(bytes, readBytes: 1 + seed % 300, piece: 1 + seed % 61)
        check(bytes, readBytes: 1 << 16, piece: .max)
    }

    @Test func skipsLikeReading() throws {
        let text = "a\n" + (0..<700).map { "\($0)\n" }.joined()
        for count in [0, 1, 127, 128, 129, 500, 699, 700, 900] {
            let reader = try makeReader(
                over: MemoryBytes(Array(text.utf8), name: "memory", piece: 100),
                configuration: .csv.with { $0.readBytes = 200 })
            #expect(try reader.skip(count) == min(count, 700))
            let block = try reader.nextBlock()
            #expect(block?.firstIndex == (count < 700 ? count : nil))
            let expected: Value? = count < 700 ? ["a": .string("\(count)")] : nil
            #expect(try block?.item(at: 0).value == expected)
        }
    }
}
