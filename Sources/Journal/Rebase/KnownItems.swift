import CBytes
import JSON

/// What a Map Run's journal knows of its items, to be found by what they are rather than by where
/// they stand: by their key, or by the hash of their content and which of several equal ones.
public final class KnownItems {
    /// What is known of an item that was found.
    public struct Found: Sendable, Equatable {
        /// Its number before.
        public var item: Int
        /// Whether it has an outcome that counts; if not it had begun, or is to run again.
        public var isFinished: Bool
        /// Whether its content is what it was.
        public var isSame: Bool
        /// Its place in the table.
        var entry: Int
    }

    struct Entry: BitwiseCopyable {
        var identity: UInt64
        var contentHash: UInt64
        var item: Int
        /// The outcome's record, or the one before it that has the key; 0 where there is none.
        var position: UInt64
        var isUsed = false
        /// How many of the equal ones after this one, the first of them, are used.
        var cursor: Int32 = 0
    }

    /// A record of an item.
    struct RecordPlace: BitwiseCopyable {
        var item: Int
        var position: UInt64
    }

    let directory: String
    let files: any FileSystem
    let recovered: RecoveredMapRun
    /// Keys of items without an outcome that counts.
    private var keys: [Int: Text] = [:]
    private let table: MappedArray<Entry>
    /// Records to be carried over, by item, oldest first: all of items that were redriven or are to go
    /// on, of others those before their outcome.
    private let records: MappedArray<RecordPlace>
    private let scan: IdentityScan
    private let buckets: [Int32]
    private let lookup: RecordLookup
    /// Events lie before outcomes, and each by themselves in nearly the order of items: one that reads
    /// both would go to and fro.
    private let recordLookup: RecordLookup
    private static let bucketBits = 16

    /// Reads the journal in `directory`, which no process must be writing; a table is kept
    /// beside it, in a file without a name.
    public init(
        _ directory: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) {
        self.directory = directory
        self.files = files
        recovered = try RecoveredMapRun.read(directory, files: files)
        lookup = RecordLookup(directory: directory, files: files)
        recordLookup = RecordLookup(directory: directory, files: files)
        table = try MappedArray(in: directory, name: "identities")
        records = try MappedArray(in: directory, name: "records")
        var scan = IdentityScan(recovered.state)
        try scan.run(directory, files, into: table, records)
        self.scan = scan
        keys = scan.keys
        var entries = table.elements
        entries.sort { ($0.identity, $0.item) < ($1.identity, $1.item) }
        buckets = Self.buckets(table.elements)
    }

    /// Where the entries begin whose identities begin with these bits.
    private static func buckets(_ entries: UnsafeMutableBufferPointer<Entry>) -> [Int32] {
        var buckets = [Int32](repeating: 0, count: (1 << bucketBits) + 1)
        for entry in entries { buckets[Int(entry.identity >> UInt64(64 - bucketBits)) + 1] += 1 }
        for index in 1..<buckets.count { buckets[index] += buckets[index - 1] }
        return buckets
    }

    /// What an item with a key is looked up by; without one it is its content.
    static func identity(key: UnsafeBufferPointer<UInt8>, contentHash: UInt64) -> UInt64 {
        key.isEmpty ? contentHash : cbytes_hash(key.baseAddress, key.count) ^ 0x6B65_7920_6F66_2069
    }

    /// How batches were split, where they are.
    public var splits: BatchSplits? { recovered.state.batchSplits }
    /// How many items are known.
    public var count: Int { table.count }
    /// Whether every item that there was has an outcome.
    public var isComplete: Bool { recovered.state.pending == 0 }

    /// Finds the item that now stands at `index`, and remembers that it was found; the first,
    /// second … of equal items is the first, second … of those before, where one of them does not
    /// stand at the same place.
    public func take(
        _ index: Int, contentHash: UInt64, key: Text?
    ) throws(RunError) -> Found? {
        guard let entry = try find(index, contentHash, key) else { return nil }
        let entries = table.elements
        let known = entries[entry]
        entries[entry].isUsed = true
        return Found(
            item: known.item, isFinished: known.position != 0,
            isSame: known.contentHash == contentHash, entry: entry)
    }

    /// Calls `body` with the number of each item that was not found again.
    public func forEachUnused(_ body: (Int) -> Void) {
        for entry in table.elements where !entry.isUsed { body(entry.item) }
    }

    /// What an item had been known by: its content and its key.
    public func identity(of item: Int) throws(RunError) -> (contentHash: UInt64, key: Text?)? {
        guard let index = table.elements.firstIndex(where: { $0.item == item }) else { return nil }
        return (table.elements[index].contentHash, try key(of: index))
    }

    private func find(
        _ index: Int, _ contentHash: UInt64, _ key: Text?
    ) throws(RunError) -> Int? {
        let identity = (key ?? "").withUTF8 { Self.identity(key: $0, contentHash: contentHash) }
        guard let first = firstEntry(identity) else { return nil }
        let entries = table.elements
        var candidate = position(of: index, identity, from: first)
        if candidate == nil {
            var cursor = first + Int(entries[first].cursor)
            while cursor < entries.count, entries[cursor].identity == identity,
                entries[cursor].isUsed
            { cursor += 1 }
            entries[first].cursor = Int32(cursor - first)
            guard cursor < entries.count, entries[cursor].identity == identity else { return nil }
            candidate = cursor
        }
        guard let candidate, try self.key(of: candidate) ?? "" == key ?? "" else { return nil }
        return candidate
    }

    private func firstEntry(_ identity: UInt64) -> Int? {
        let bucket = Int(identity >> UInt64(64 - Self.bucketBits))
        var (low, high) = (Int(buckets[bucket]), Int(buckets[bucket + 1]))
        let end = high
        let entries = table.elements
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].identity < identity { low = middle + 1 } else { high = middle }
        }
        return low < end && entries[low].identity == identity ? low : nil
    }

    /// The unused entry of this identity whose item has this number.
    private func position(of item: Int, _ identity: UInt64, from first: Int) -> Int? {
        let entries = table.elements
        var (low, high) = (first, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if (entries[middle].identity, entries[middle].item) < (identity, item) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < entries.count, entries[low].identity == identity, entries[low].item == item,
            !entries[low].isUsed
        else { return nil }
        return low
    }

    private func key(of entry: Int) throws(RunError) -> Text? {
        let known = table.elements[entry]
        guard known.position != 0 else { return keys[known.item] }
        // An entry without a key is looked up by its content, which needs no second look.
        guard known.identity != known.contentHash else { return nil }
        let record = try lookup.record(at: JournalPosition(raw: known.position))
        return record.identified.map { Text(utf8: $0.key) }
    }

    /// Appends what is known of an item for its new number, without attempts that redrives have
    /// made void.
    func copy(_ found: Found, to index: Int, into batch: inout RecordBatch) throws(RunError) {
        if let note = recovered.state.strikes.note(of: found.item, as: index) {
            batch.note(note)
        }
        try copyAttempt(of: found.item, voidedBy: nil, to: index, into: &batch)
        let entry = table.elements[found.entry]
        guard found.isFinished, !scan.isKeptWhole(found.item) else { return }
        var record = try lookup.record(at: JournalPosition(raw: entry.position))
        batch.copy(record.frame, item: index)
        if record.type == .identified {
            record = try lookup.record(at: record.end)
            batch.copy(record.frame, item: index)
        }
    }

    /// Appends the records of the attempt that a redrive, by its number, has made void, or of the
    /// last one; tells how it ended, if that is among them.
    @discardableResult
    func copyAttempt(
        of item: Int, voidedBy redrive: Int?, to index: Int, into batch: inout RecordBatch
    ) throws(RunError) -> (status: ItemStatus, itemCount: Int)? {
        var end: (ItemStatus, Int)?
        let places = records.elements
        for place in places[firstPlace(of: item)...] {
            guard place.item == item else { break }
            let position = JournalPosition(raw: place.position)
            guard !scan.isOfWholeBatch(place),
                recovered.state.redrive(voiding: item, at: position) == redrive
            else { continue }
            let record = try recordLookup.record(at: position)
            batch.copy(record.frame, item: index)
            if end == nil { end = record.finished.map { ($0.status, $0.itemCount) } }
        }
        return end
    }

    private func firstPlace(of item: Int) -> Int {
        let places = records.elements
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].item < item { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
