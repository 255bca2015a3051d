import JSON

/// Where the outcome and the events of each item lie in a Map Run's journal: kept in files without
/// names, so that memory does not grow with the number of items.
package final class ItemIndex {
    private struct Row: BitwiseCopyable {
        /// The outcome that counts; 0 if there is none.
        var outcome: UInt64 = 0
        /// The last event's number in `events`, from 1; 0 if there is none.
        var event: Int = 0
    }

    private struct Link: BitwiseCopyable {
        var position: UInt64
        var previous: Int
    }

    private let directory: String
    private let rows: MappedArray<Row>
    private let events: MappedArray<Link>
    private let lookup: RecordLookup

    /// Reads the journal in `directory`; the files lie in the folder `scratch`.
    package init(
        _ directory: String, scratch: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) {
        self.directory = directory
        rows = try MappedArray(in: scratch, name: "items")
        events = try MappedArray(in: scratch, name: "events")
        lookup = RecordLookup(directory: directory, files: files)
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            if let split = record.note?.splitItem, split < rows.count { rows[split] = Row() }
            guard let item = record.item else { continue }
            try rows.extend(to: item + 1)
            try take(record, item)
        }
    }

    private func take(_ record: Record, _ item: Int) throws(RunError) {
        switch record.type {
        case .finished where rows[item].outcome == 0: rows[item].outcome = record.position.raw
        case .reopened: rows[item] = Row()
        case .event where rows[item].outcome == 0:
            try events.append(Link(position: record.position.raw, previous: rows[item].event))
            rows[item].event = events.count
        default: break
        }
    }

    /// One more than the highest number of an item.
    package var count: Int { rows.count }

    /// Whether and when the item succeeded.
    package func success(of item: Int) throws(RunError) -> Int? {
        guard item < rows.count, rows[item].outcome != 0 else { return nil }
        let record = try lookup.record(at: JournalPosition(raw: rows[item].outcome))
        guard let outcome = record.finished, outcome.status == .succeeded else { return nil }
        return outcome.stopTime
    }

    /// How the item ended, if it has.
    package func status(of item: Int) throws(RunError) -> ItemStatus? {
        guard item < rows.count, rows[item].outcome != 0 else { return nil }
        return try lookup.record(at: JournalPosition(raw: rows[item].outcome)).finished?.status
    }

    /// The outcome of an item that has ended.
    package func outcome(of item: Int) throws(RunError) -> FinishedItem? {
        guard item < rows.count, rows[item].outcome != 0 else { return nil }
        let position = JournalPosition(raw: rows[item].outcome)
        return try read(position) { (record) throws(ParseError) in try record.finished?.copied() }
    }

    /// What the item has got from outside, oldest first.
    package func events(of item: Int) throws(RunError) -> [Event] {
        guard item < rows.count else { return [] }
        var found: [Event] = []
        var number = rows[item].event
        while number > 0 {
            let link = events[number - 1]
            let event = try read(JournalPosition(raw: link.position)) {
                (record) throws(ParseError) in try record.event?.copied()
            }
            if let event { found.append(event) }
            number = link.previous
        }
        return found.reversed()
    }

    private func read<R>(
        _ position: JournalPosition, _ take: (Record) throws(ParseError) -> R?
    ) throws(RunError) -> R? {
        let record = try lookup.record(at: position)
        do throws(ParseError) {
            return try take(record)
        } catch {
            throw JournalReader.damaged(
                SegmentFile.path(directory, position.segment), position.offset,
                "the record is not JSON")
        }
    }
}
