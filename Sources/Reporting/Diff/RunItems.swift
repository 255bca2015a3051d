import JSON
import Journal

#if canImport(Glibc)
import Glibc
#endif

/// The items of one Map Run by index: where the result of each lies, what it was made of, and how
/// long it took.
final class RunItems {
    struct Row: BitwiseCopyable {
        /// Of the item's content; 0 if it is not known.
        var contentHash: UInt64 = 0
        var offset: UInt64 = 0
        var length: UInt32 = 0
        var milliseconds: UInt32 = 0
        /// The index of the same item in the other run, and 1 more; 0 if there is none.
        var partner: UInt64 = 0
    }

    let table: MappedArray<Row>
    private let file: UnsafeMutablePointer<FILE>?
    private var buffer: [UInt8] = []

    /// The items of the Map Run in `folder`.
    init(_ folder: String) throws {
        table = try Self.scratch()
        let path = folder + "/results.jsonl"
        file = fopen(path, "re")
        try readJournal(folder)
        try readResults(path)
    }

    /// An array outside of the runs, which belong to whoever made them.
    static func scratch<Element>() throws(RunError) -> MappedArray<Element> {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        return try MappedArray(in: folder, name: "maprun")
    }

    deinit { if let file { fclose(file) } }

    var count: Int { table.count }

    /// Whether the item has a result.
    func contains(_ index: Int) -> Bool { index < count && table[index].length > 0 }

    /// The result of an item that has one.
    func result(_ index: Int) throws -> Value {
        let row = table[index]
        if buffer.count < Int(row.length) {
            buffer = [UInt8](repeating: 0, count: Int(row.length))
        }
        let read = buffer.withUnsafeMutableBytes { buffer -> Int in
            guard let file else { return 0 }
            return pread(fileno(file), buffer.baseAddress, Int(row.length), off_t(row.offset))
        }
        guard read == Int(row.length) else {
            throw RunError(.damaged, "the results have become shorter; compare again")
        }
        return try buffer.withUnsafeBufferPointer { try Value.parse(.init(rebasing: $0[..<read])) }
    }

    private func readJournal(_ folder: String) throws(RunError) {
        var reader = try JournalReader(directory: folder)
        while let record = try reader.next() {
            guard let outcome = record.finished else { continue }
            try table.extend(to: outcome.item + 1)
            table[outcome.item].contentHash = outcome.contentHash
            table[outcome.item].milliseconds = UInt32(
                clamping: outcome.stopTime - outcome.startTime)
        }
    }

    private func readResults(_ path: String) throws {
        var offset = 0
        try LineFile(path).forEachLine { line in
            if let index = Self.index(of: line) {
                try table.extend(to: index + 1)
                table[index].offset = UInt64(offset)
                table[index].length = UInt32(clamping: line.count)
            }
            offset += line.count + 1
            return true
        }
    }

    /// The number behind `{"index":`, with which every line begins.
    private static func index(of line: UnsafeBufferPointer<UInt8>) -> Int? {
        let digits = line.dropFirst(9).prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        return digits.reduce(0) { $0 &* 10 &+ Int($1 & 15) }
    }
}
