/// The journal of one Map Run with everything that hangs on it: recovery when it is opened,
/// writing while it runs, and results in item order behind it.
///
/// ```swift
/// let journal = try MapRunJournal(directory: run.mapPath("Orders"), run: run.id, sinks: […])
/// batch.finished(outcome)
/// if try journal.append(&batch).isCongested { journal.whenRelieved { … } }
/// journal.close { error in … }
/// ```
public final class MapRunJournal: Sendable {
    /// What earlier processes have done: items in `recovered.state.finished` must not run again.
    public let recovered: RecoveredMapRun
    /// How many bytes of a record that was being written at a crash were cut.
    public let cutBytes: Int
    /// Whether batches are split, and children numbered by their first item.
    public let splitsBatches: Bool
    private let writer: JournalWriter
    private let results: OrderedResults

    /// Opens the journal in `directory`, making it if there is none.
    ///
    /// `makeSinks` gives the sinks besides `results.jsonl` and `failures.jsonl`, knowing what earlier
    /// processes have done. With `splitsBatches` a new journal is of children that are numbered by their first item.
    public init(
        directory: String, run: String, options: JournalOptions = JournalOptions(),
        splitsBatches: Bool = false,
        files: any FileSystem = SystemFiles(),
        callbacks: JournalWriter.Callbacks = JournalWriter.Callbacks(),
        makeSinks: (MapRunState) throws(RunError) -> [any ResultSink] = {
            (_) throws(RunError) in []
        }
    ) throws(RunError) {
        try files.makeDirectories(directory)
        recovered = try RecoveredMapRun.read(directory, files: files)
        let (cut, next) = try recovered.prepare(flushing: options.durability.flushes)
        cutBytes = cut
        let isNew = recovered.state == MapRunState()
        self.splitsBatches = recovered.state.splits.isOn || (isNew && splitsBatches)
        let counts = self.splitsBatches
        var sinks: [any ResultSink] = [
            ResultLines(
                .all, path: "\(directory)/results.jsonl", countsItems: counts, files: files),
            ResultLines(
                .failures, path: "\(directory)/failures.jsonl", countsItems: counts, files: files),
        ]
        sinks += try makeSinks(recovered.state)
        if options.durability == .off {
            try recovered.requireEmpty()
            let emission = try ResultEmission(
                withoutJournal: "\(directory)/waiting", sinks: sinks, options: options,
                files: files)
            results = OrderedResults(emission, options: options, failed: callbacks.failed)
            writer = JournalWriter(options: options, callbacks: callbacks, take: results.take)
            try beginSplitting()
            return
        }
        let emission = try ResultEmission(
            recovered, run: run, sinks: sinks, options: options, files: files)
        let results = OrderedResults(emission, options: options, failed: callbacks.failed)
        self.results = results
        var chained = callbacks
        chained.announced = { ticket, position in
            callbacks.announced(ticket, position)
            results.advance(to: position)
        }
        writer = JournalWriter(
            directory: directory, run: run, nextSegment: next, options: options, files: files,
            callbacks: chained)
        results.advance(to: recovered.end)
        try beginSplitting()
    }

    private func beginSplitting() throws(RunError) {
        guard splitsBatches, !recovered.state.splits.isOn else { return }
        var batch = RecordBatch(capacity: 64)
        batch.note(BatchSplits.beginning)
        try append(&batch)
    }

    /// How many outcomes are in the result files, and how many items those stand for.
    public var resultsWritten: (children: Int, items: Int) { results.written }

    /// Hands over the records of `batch` and empties it; see `JournalWriter.append`.
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

    /// Calls `resume` once when callers may go on; see `JournalWriter.whenRelieved`.
    public func whenRelieved(_ resume: @escaping @Sendable () -> Void) {
        writer.whenRelieved(resume)
    }

    /// Writes and announces what was appended, brings the results up to date with it, and calls
    /// `done` with the failure, if there was one. Items without an outcome have no line.
    public func close(_ done: @escaping @Sendable (RunError?) -> Void) {
        writer.close { [results] in Self.finish(results, $0, done) }
    }

    /// The same for a process that leaves its work to another; see `JournalWriter.pause`.
    public func pause(_ done: @escaping @Sendable (RunError?) -> Void) {
        writer.pause { [results] in Self.finish(results, $0, done) }
    }

    private static func finish(
        _ results: OrderedResults, _ error: RunError?,
        _ done: @escaping @Sendable (RunError?) -> Void
    ) {
        if let error { return done(error) }
        results.finish(done)
    }
}
