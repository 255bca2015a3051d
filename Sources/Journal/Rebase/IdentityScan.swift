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
    /// When and where items began that have not ended by then: as many as were in flight.
    private var beginnings: [Int: (time: Int, position: JournalPosition)] = [:]

    init(_ state: MapRunState) { self.state = state }

    /// Adds an entry for every item to the table, and to `places` those of records that are carried
    /// over besides outcomes: what items had got from outside, as they continue from it where they
    /// are redriven, and their attempts before the last one.
    mutating func run(
        _ directory: String, _ files: any FileSystem, into table: MappedArray<KnownItems.Entry>,
        _ places: MappedArray<KnownItems.RecordPlace>
    ) throws(RunError) {
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            try note(record, into: places)
            if record.type == .identified {
                identified(record)
            } else if let split = record.note?.splitItem {
                splits[split] = record.position
                beginnings[split] = nil
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
        var elements = places.elements
        elements.sort { ($0.item, $0.position) < ($1.item, $1.position) }
    }

    /// Whether all records of an item are carried over: it was redriven, or is to go on.
    func isKeptWhole(_ item: Int) -> Bool {
        !state.finished.contains(item) || state.redriveCount(of: item) > 0
    }

    private mutating func note(
        _ record: Record, into places: MappedArray<KnownItems.RecordPlace>
    ) throws(RunError) {
        guard let item = record.item, record.type != .reopened else { return }
        guard let place = isKeptWhole(item) ? record.position : placeKept(record, item) else {
            return
        }
        try places.append(KnownItems.RecordPlace(item: item, position: place.raw))
    }

    /// Of an item that has ended once: an event, or its first start where that is not the one that
    /// the outcome tells of, since it was interrupted.
    private mutating func placeKept(_ record: Record, _ item: Int) -> JournalPosition? {
        if record.type == .event { return record.position }
        if let started = record.started, beginnings[item] == nil {
            beginnings[item] = (started.time, record.position)
        }
        guard let outcome = record.finished, let first = beginnings.removeValue(forKey: item),
            first.time != outcome.startTime
        else { return nil }
        return first.position
    }

    /// Whether a record of an item was one of a batch that was split later.
    func isOfWholeBatch(_ place: KnownItems.RecordPlace) -> Bool {
        splits[place.item].map { place.position < $0.raw } ?? false
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
