/// The journal of a parent execution: the events it continues from after a crash, its notes and
/// its outcome. Kept in memory as a whole, since one execution's history is.
public final class ExecutionJournal: Sendable {
    /// What earlier processes have done, oldest first.
    public let events: [Event]
    /// What was noted, in order.
    public let notes: [Note]
    /// How the execution ended, if it has.
    public let outcome: FinishedItem?
    /// How many bytes of a record that was being written at a crash were cut.
    public let cutBytes: Int
    private let writer: JournalWriter

    /// Opens the journal in `directory`, making it if there is none.
    public init(
        directory: String, run: String, options: JournalOptions = JournalOptions(),
        files: any FileSystem = SystemFiles(),
        callbacks: JournalWriter.Callbacks = JournalWriter.Callbacks()
    ) throws(RunError) {
        try files.makeDirectories(directory)
        let history = try ExecutionHistory.read(directory, files: files)
        events = history.events
        notes = history.notes
        outcome = history.outcome
        let (cut, next) = try TornTail.prepare(
            history.tail, in: directory, files: files, flushing: options.durability.flushes)
        cutBytes = cut
        writer = JournalWriter(
            directory: directory, run: run, nextSegment: next, options: options, files: files,
            callbacks: callbacks)
    }

    /// Adds the records that `fill` makes to the journal in `directory`, which no process must be
    /// writing: all of them or, for whoever is killed here, none.
    public static func amend(
        _ directory: String, run: String, options: JournalOptions,
        files: any FileSystem = SystemFiles(), _ fill: (inout RecordBatch) -> Void
    ) throws(RunError) {
        let history = try ExecutionHistory.read(directory, files: files)
        let (_, next) = try TornTail.prepare(
            history.tail, in: directory, files: files, flushing: options.durability.flushes)
        let draft = try SegmentDraft(directory, next, run: run, files: files)
        var batch = RecordBatch()
        fill(&batch)
        try draft.append(&batch)
        try draft.finish(flushing: options.durability.flushes)
    }

    /// Hands over the records of `batch` and empties it; see `JournalWriter.append`. The outcome
    /// is a `finished` record of item 0.
    @discardableResult
    public func append(
        _ batch: inout RecordBatch, announced: (@Sendable () -> Void)? = nil,
        written: (@Sendable () -> Void)? = nil
    ) throws(RunError) -> JournalWriter.Appended {
        try writer.append(&batch, announced: announced, written: written)
    }

    /// Calls `action` once when a batch survives the process; see `JournalWriter.whenWritten`.
    public func whenWritten(
        _ ticket: JournalWriter.Ticket, _ action: @escaping @Sendable () -> Void
    ) {
        writer.whenWritten(ticket, action)
    }

    /// Writes and announces what was appended, and calls `done` with the failure, if there was
    /// one.
    public func close(_ done: @escaping @Sendable (RunError?) -> Void) { writer.close(done) }

    /// The same for a process that leaves its work to another; see `JournalWriter.pause`.
    public func pause(_ done: @escaping @Sendable (RunError?) -> Void) { writer.pause(done) }
}
