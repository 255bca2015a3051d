import JSON

/// Makes outcomes of a Map Run void, so that their children run once more.
///
/// What a child had done before it failed is written again behind the mark, so that it continues
/// there: `keeps` says which of its events still count.
public struct MapRunReopening {
    private let directory: String
    private let run: String
    private let options: JournalOptions
    private let files: any FileSystem

    /// Works on the journal in `directory`, which no process must be writing.
    public init(
        directory: String, run: String, options: JournalOptions = JournalOptions(),
        files: any FileSystem = SystemFiles()
    ) {
        self.directory = directory
        self.run = run
        self.options = options
        self.files = files
    }

    /// Reopens the children that ended with one of the statuses, or only those that `chooses`
    /// names; tells how many those are. Those that are set aside stay; those released from that
    /// are reopened in any case.
    public func reopen(
        _ statuses: Set<ItemStatus>, chooses: (Int) -> Bool = { _ in true },
        keeps: (Int, [Event]) -> [Event] = { _, events in events }
    ) throws(RunError) -> Int {
        let recovered = try RecoveredMapRun.read(directory, files: files)
        let (_, next) = try recovered.prepare(flushing: options.durability.flushes)
        var found = try outcomes(recovered, statuses, chooses)
        guard !found.isEmpty else { return 0 }
        try collectEvents(recovered, &found)
        var batch = RecordBatch()
        for item in found.keys.sorted() {
            guard let child = found[item] else { continue }
            batch.reopened(item: item, was: child.status, itemCount: child.itemCount)
        }
        for item in found.keys.sorted() {
            for event in keeps(item, found[item]?.events ?? []) {
                batch.event(
                    item: item, scope: event.scope, sequence: event.sequence,
                    payload: event.payload)
            }
        }
        // All at once, so that whoever is killed here has reopened everything or nothing.
        var segment = ByteBuffer(capacity: batch.bytes.count + 256)
        SegmentHeader(segment: next, run: run).append(to: &segment)
        segment.append(batch.bytes)
        try files.replace(
            SegmentFile.path(directory, next), with: UnsafeRawBufferPointer(segment.bytes),
            flushing: options.durability.flushes)
        return found.count
    }

    private struct Child {
        var status: ItemStatus
        var itemCount: Int
        var events: [Event] = []
    }

    private func outcomes(
        _ recovered: RecoveredMapRun, _ statuses: Set<ItemStatus>, _ chooses: (Int) -> Bool
    ) throws(RunError) -> [Int: Child] {
        var found: [Int: Child] = [:]
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            guard let outcome = record.finished,
                recovered.state.finished.contains(outcome.item),
                !recovered.state.isVoid(outcome.item, at: record.position),
                found[outcome.item] == nil
            else { continue }
            let isMeant =
                statuses.contains(outcome.status) && chooses(outcome.item)
                && !recovered.state.strikes.setAside.contains(outcome.item)
            guard isMeant || recovered.state.strikes.released.contains(outcome.item) else {
                continue
            }
            found[outcome.item] = Child(status: outcome.status, itemCount: outcome.itemCount)
        }
        return found
    }

    private func collectEvents(
        _ recovered: RecoveredMapRun, _ found: inout [Int: Child]
    ) throws(RunError) {
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            guard let item = record.item, found[item] != nil else { continue }
            // Those that an earlier redrive wrote again take the place of the ones before it.
            if record.type == .reopened { found[item]?.events = [] }
            guard let event = record.event else { continue }
            do {
                found[item]?.events.append(try event.copied())
            } catch {
                throw JournalReader.damaged(
                    SegmentFile.path(directory, record.position.segment),
                    record.position.offset, "the event is not JSON")
            }
        }
    }
}
