import JSON

/// What a Map Run's journal says: read without changing anything, also while it is written.
public struct RecoveredMapRun: Sendable {
    /// The folder of the Map Run.
    public let directory: String
    /// What the records come to.
    public internal(set) var state: MapRunState
    /// Where the journal's last whole record ends.
    public let end: JournalPosition
    /// How the journal ends.
    public let tail: JournalReader.Tail
    /// How far the results were when the last checkpoint was saved.
    let checkpoint: Checkpoint
    private let files: any FileSystem

    /// Reads the journal in `directory`, starting from its checkpoint.
    public static func read(
        _ directory: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) -> RecoveredMapRun {
        let checkpoint = try Checkpoint.load(from: directory, files: files)
        if let checkpoint, try isWithinJournal(checkpoint, directory, files) {
            return try replay(checkpoint, directory, files)
        }
        return try replay(Checkpoint(), directory, files)
    }

    /// A checkpoint beyond the journal's end, which a power cut or a salvage has moved, is void.
    private static func isWithinJournal(
        _ checkpoint: Checkpoint, _ directory: String, _ files: any FileSystem
    ) throws(RunError) -> Bool {
        let position = checkpoint.position
        guard position.segment > 0 else { return true }
        let path = SegmentFile.path(directory, position.segment)
        do {
            let file = try files.open(path, .read)
            defer { files.close(file) }
            return try files.size(file) >= position.offset
        } catch {
            if error.isMissing { return false }
            throw error.error("read", path)
        }
    }

    /// Refuses a journal that ends before what a checkpoint has taken into account: to go on with it
    /// would run finished items again.
    public static func requireWhole(
        _ directory: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) {
        if let damage = try shortage(of: directory, files) { throw damage }
    }

    /// What is missing at the journal's end, if anything is. A Map Run that ended before its first
    /// record has a checkpoint and no segment, and misses nothing.
    static func shortage(
        of directory: String, _ files: any FileSystem
    ) throws(RunError) -> RunError? {
        guard let checkpoint = try Checkpoint.load(from: directory, files: files),
            checkpoint.state != MapRunState(),
            try !isWithinJournal(checkpoint, directory, files)
        else { return nil }
        let position = checkpoint.position
        return JournalReader.damaged(
            SegmentFile.path(directory, position.segment), position.offset,
            "it was longer, and what is missing tells of \(checkpoint.state.counts.finished) "
                + "finished items")
    }

    private static func replay(
        _ checkpoint: Checkpoint, _ directory: String, _ files: any FileSystem
    ) throws(RunError) -> RecoveredMapRun {
        var reader = try JournalReader(
            directory: directory, from: checkpoint.position, files: files)
        var state = checkpoint.state
        while let record = try reader.next() { state.apply(record) }
        return RecoveredMapRun(
            directory: directory, state: state, end: reader.position, tail: reader.tail,
            checkpoint: checkpoint, files: files)
    }

    /// What an unfinished item had already done, oldest first.
    public func events(of item: Int) throws(RunError) -> [Event] {
        let positions = state.traces[item]?.events ?? []
        guard !positions.isEmpty else { return [] }
        let lookup = RecordLookup(directory: directory, files: files)
        var events: [Event] = []
        for position in positions {
            do {
                guard let event = try lookup.record(at: position).event?.copied() else { continue }
                events.append(event)
            } catch let error as RunError {
                throw error
            } catch {
                throw JournalReader.damaged(
                    SegmentFile.path(directory, position.segment), position.offset,
                    "the event is not JSON")
            }
        }
        return events
    }

    /// Refuses to go on without a journal where there is one.
    func requireEmpty() throws(RunError) {
        guard end.segment <= 1, end.offset == 0 else {
            throw RunError(
                .system, "'\(directory)' has a journal already; resume it with the journal on",
                path: directory)
        }
    }

    /// Makes the journal ready to be continued; see `TornTail.prepare`.
    func prepare(flushing: Bool) throws(RunError) -> (cut: Int, nextSegment: Int) {
        try TornTail.prepare(tail, in: directory, files: files, flushing: flushing)
    }
}
