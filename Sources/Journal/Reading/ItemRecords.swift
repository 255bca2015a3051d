/// The records of some items of a Map Run's journal, found in one pass: memory grows with those items
/// alone.
package final class ItemRecords {
    private var places: [Int: [JournalPosition]] = [:]
    private let lookup: RecordLookup

    /// Looks through the journal in `directory` for what it says of the items that are wanted.
    package init(
        _ directory: String, files: any FileSystem = SystemFiles(), of isWanted: (Int) -> Bool
    ) throws(RunError) {
        lookup = RecordLookup(directory: directory, files: files)
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            guard record.type != .identified, let item = record.item, isWanted(item) else {
                continue
            }
            places[item, default: []].append(record.position)
        }
    }

    /// Calls `body` with each record of an item, oldest first; a record is valid during the call.
    package func forEach(
        of item: Int, _ body: (Record) throws(RunError) -> Void
    ) throws(RunError) {
        for place in places[item] ?? [] { try body(lookup.record(at: place)) }
    }
}
