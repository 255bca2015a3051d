import JSON

/// What is left in a journal of items that ended, and are to run once more: their outcomes, which
/// are void, have the inputs. Kept in a file without a name.
package final class VoidOutcomes {
    private struct Row: BitwiseCopyable {
        /// The item's last outcome; 0 if it has none, or one that counts.
        var outcome: UInt64 = 0
        /// The last record of what the item is known by.
        var identity: UInt64 = 0
    }

    private let directory: String
    private let rows: MappedArray<Row>
    private let lookup: RecordLookup
    /// How many items there are in all.
    package let total: Int

    /// Reads the journal in `directory`; nil if there are items without an outcome that were not
    /// ended before, or if nobody knows how many there are.
    package init?(_ directory: String, files: any FileSystem = SystemFiles()) throws(RunError) {
        let state = try RecoveredMapRun.read(directory, files: files).state
        guard let total = state.total, !state.splits.isOn else { return nil }
        self.directory = directory
        self.total = total
        lookup = RecordLookup(directory: directory, files: files)
        rows = try MappedArray(in: directory, name: "void")
        try rows.extend(to: total)
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            guard let item = record.item, item < total, !state.finished.contains(item) else {
                continue
            }
            if record.type == .finished { rows[item].outcome = record.position.raw }
            if record.type == .identified { rows[item].identity = record.position.raw }
        }
        for item in 0..<total where !state.finished.contains(item) {
            guard rows[item].outcome != 0 else { return nil }
        }
    }

    /// The first item from this one on that is to run again.
    package func next(from item: Int) -> Int? {
        (item..<max(item, total)).first { rows[$0].outcome != 0 }
    }

    /// How it ended, with its key.
    package func outcome(of item: Int) throws(RunError) -> FinishedItem? {
        let position = JournalPosition(raw: rows[item].outcome)
        let record = try lookup.record(at: position)
        var found: FinishedItem?
        do throws(ParseError) {
            found = try record.finished?.copied()
        } catch {
            throw JournalReader.damaged(
                SegmentFile.path(directory, position.segment), position.offset,
                "the record is not JSON: \(error)")
        }
        guard rows[item].identity != 0,
            let key = try lookup.record(at: JournalPosition(raw: rows[item].identity)).identified?
                .key, !key.isEmpty
        else { return found }
        found?.key = Text(utf8: key)
        return found
    }
}
