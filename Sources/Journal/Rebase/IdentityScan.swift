import JSON

/// Goes through a journal for what its items are known by.
struct IdentityScan {
    private struct Mark {
        var item: Int
        var position: JournalPosition
        var end: JournalPosition
        var contentHash: UInt64
        var identity: UInt64
    }

    private let state: MapRunState
    private var seen = ItemSet()
    private var last: Mark?
    /// Items that run again or had begun: as many as were in flight or are redriven.
    private var open: [Int: Mark] = [:]
    /// The keys of those.
    private(set) var keys: [Int: Text] = [:]
    /// Where batches were split: what they did before that is not their parts'.
    private var splits: [Int: JournalPosition] = [:]

    init(_ state: MapRunState) { self.state = state }

    /// Adds an entry for every item to the table, and to `events` the places of what those that have
    /// ended had got from outside: where they are redriven they continue from it.
    mutating func run(
        _ directory: String, _ files: any FileSystem, into table: MappedArray<KnownItems.Entry>,
        _ events: MappedArray<KnownItems.EventPlace>
    ) throws(RunError) {
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            if record.type == .identified {
                identified(record)
            } else if record.type == .event {
                try event(record, into: events)
            } else if let split = record.note?.splitItem {
                splits[split] = record.position
            } else if let outcome = record.finished {
                try finished(outcome, record, into: table)
            }
        }
        for (item, mark) in open where !seen.contains(item) {
            try table.append(
                KnownItems.Entry(
                    identity: mark.identity, contentHash: mark.contentHash, item: item,
                    position: 0))
        }
        keys = keys.filter { !seen.contains($0.key) }
        var elements = events.elements
        elements.sort { ($0.item, $0.position) < ($1.item, $1.position) }
    }

    private func event(
        _ record: Record, into events: MappedArray<KnownItems.EventPlace>
    ) throws(RunError) {
        guard let item = record.item, state.finished.contains(item),
            !state.isVoid(item, at: record.position)
        else { return }
        try events.append(KnownItems.EventPlace(item: item, position: record.position.raw))
    }

    /// Whether an event of an item was one of a batch that was split later.
    func isOfWholeBatch(_ event: KnownItems.EventPlace) -> Bool {
        splits[event.item].map { event.position < $0.raw } ?? false
    }

    private mutating func identified(_ record: Record) {
        guard let item = record.item, let found = record.identified else { return }
        let mark = Mark(
            item: item, position: record.position, end: record.end,
            contentHash: found.contentHash,
            identity: KnownItems.identity(key: found.key, contentHash: found.contentHash))
        last = mark
        guard !state.finished.contains(item) else { return }
        open[item] = mark
        keys[item] = found.key.isEmpty ? nil : Text(utf8: found.key)
    }

    private mutating func finished(
        _ outcome: FinishedRecord, _ record: Record, into table: MappedArray<KnownItems.Entry>
    ) throws(RunError) {
        let item = outcome.item
        let mark = last.flatMap { $0.item == item && $0.end == record.position ? $0 : nil }
        guard state.finished.contains(item) else {
            let hash = outcome.contentHash
            open[item] =
                open[item] ?? mark
                ?? Mark(
                    item: item, position: record.position, end: record.end, contentHash: hash,
                    identity: hash)
            return
        }
        guard !state.isVoid(item, at: record.position), seen.insert(item) else { return }
        try table.append(
            KnownItems.Entry(
                identity: mark?.identity ?? outcome.contentHash,
                contentHash: outcome.contentHash, item: item,
                position: (mark?.position ?? record.position).raw))
    }
}
