import JSON
import Testing

@testable import Journal

@Suite struct JournalReaderTests {
    /// A reader in another process sees every record once it is whole, across segments, however
    /// the writer's bytes come in.
    @Test(arguments: [1, 7, 40, 1000])
    func aGrowingJournalIsFollowed(_ step: Int) throws {
        let whole = try journalFiles()
        for segment in 0..<3 { try write([2 * segment, 2 * segment + 1], to: whole) }
        let files = try journalFiles()
        var reader = try JournalReader(directory: "/run", files: files)
        #expect(try reader.next() == nil)
        var seen: [Int] = []
        for segment in 1...3 {
            let path = SegmentFile.path("/run", segment)
            let bytes = try #require(whole.data(path))
            let file = try files.open(path, .create)
            for start in stride(from: 0, to: bytes.count, by: step) {
                let part = bytes[start..<min(start + step, bytes.count)]
                _ = try part.withUnsafeBytes { try files.write(file, $0, at: start) }
                while let record = try reader.next() { seen.append(try #require(record.item)) }
            }
        }
        #expect(seen == [0, 1, 2, 3, 4, 5])
        #expect(reader.tail == .clean)
    }

    @Test func aReaderContinuesFromAPosition() throws {
        let files = try journalFiles()
        try write([0, 1], to: files)
        try write([2], to: files)
        var reader = try JournalReader(directory: "/run", files: files)
        _ = try reader.next()
        var other = try JournalReader(directory: "/run", from: reader.position, files: files)
        #expect(try other.next()?.item == 1)
        #expect(try other.next()?.item == 2)
        let end = other.position
        var last = try JournalReader(directory: "/run", from: end, files: files)
        #expect(try last.next() == nil)
        var limited = try JournalReader(directory: "/run", limit: reader.position, files: files)
        #expect(try limited.next()?.item == 0)
        #expect(try limited.next() == nil)
    }

    @Test func recordsLargerThanTheBufferAreRead() throws {
        let files = try journalFiles()
        var batch = RecordBatch()
        for size in [10, 3 << 20, 20] {
            let text = Text(String(repeating: "z", count: size))
            batch.finished(.succeeded(size, started: 0, stopped: 0, output: .string(text)))
        }
        try appendSegment(batch, to: files)
        var reader = try JournalReader(directory: "/run", files: files)
        for size in [10, 3 << 20, 20] {
            let outcome = try #require(try reader.next()?.finished)
            #expect(outcome.item == size && outcome.output?.count == size + 2)
        }
        let position = JournalPosition(segment: 1, offset: 32)
        let lookup = RecordLookup(directory: "/run", files: files)
        var second = try JournalReader(directory: "/run", from: position, files: files)
        _ = try second.next()
        #expect(try lookup.record(at: second.position).item == 3 << 20)
        #expect(try lookup.record(at: position).item == 10)
    }
}
