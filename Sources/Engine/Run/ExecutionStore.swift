import JSON
import Journal
import Synchronization

/// The journal of a run's own execution: what it has got from outside, and how it ended.
final class ExecutionStore: CheckpointLog {
    private let journal: ExecutionJournal
    /// Events that count, oldest first: those of earlier processes.
    private let counted: Mutex<[Event]>
    private let hasReopened = Mutex(false)
    private let hasWidened = Mutex(false)
    private let failed: @Sendable (RunError) -> Void

    init(
        _ directory: RunDirectory, options: JournalOptions,
        failed: @escaping @Sendable (RunError) -> Void
    ) throws(RunError) {
        self.failed = failed
        journal = try ExecutionJournal(
            directory: directory.journalPath, run: directory.id, options: options,
            callbacks: JournalWriter.Callbacks(failed: failed))
        counted = Mutex(Self.counted(journal.events))
    }

    /// How the execution ended, if an earlier process saw that and it was not reopened.
    var outcome: FinishedItem? { hasReopened.withLock { $0 } ? nil : journal.outcome }

    /// What earlier processes have got from outside and still counts.
    var events: [Event] { counted.withLock { $0 } }

    /// Whether a selection that the run was started with holds no longer.
    var isWhole: Bool { hasWidened.withLock { $0 } || journal.notes.isWhole }

    /// What was noted before this process.
    var notes: [Note] { journal.notes }

    /// What the pace was changed to last.
    var paceNote: PaceNote? { PaceNote(journal.notes) }

    /// Lets the selection go.
    func widen(_ batch: inout RecordBatch) {
        batch.note(kind: ExecutionHistory.wholeKind, payload: [:])
        hasWidened.withLock { $0 = true }
    }

    /// Of events at the same place the last one counts; a void one counts as none.
    static func counted(_ all: [Event]) -> [Event] {
        var counted: [Event] = []
        for event in all {
            counted.removeAll { $0.scope == event.scope && $0.sequence == event.sequence }
            if event.payload["void"] == nil { counted.append(event) }
        }
        return counted
    }

    /// Leaves out events that were made void.
    func forget(_ void: [Event]) {
        counted.withLock { $0.removeAll(where: void.contains) }
        hasReopened.withLock { $0 = true }
    }

    /// What earlier processes have got from outside, for the execution to go through again.
    var replay: ReplayLog { ReplayLog(events) }

    func append(
        _ event: ReplayedEvent, of execution: ExecutionFacts, path: String, sequence: Int
    ) -> Mark {
        append {
            $0.event(
                item: nil, scope: Text(path), sequence: sequence, payload: event.write)
        }
    }

    /// Records how the execution ended and writes everything, then calls `done`.
    func finish(
        _ outcome: ExecutionOutcome, startTime: Int, done: @escaping @Sendable () -> Void
    ) {
        let item =
            outcome.status == .succeeded
            ? FinishedItem.succeeded(
                0, started: startTime, stopped: outcome.stopTime, output: outcome.output ?? .null)
            : FinishedItem.failed(
                0, status: outcome.status.itemStatus, started: startTime,
                stopped: outcome.stopTime, error: outcome.error.map { Text($0) },
                cause: outcome.cause.map { Text($0) },
                state: outcome.failedState.map { Text($0) }, attempts: outcome.attempts)
        append { $0.finished(item) }
        // Without waiting for the next flush in turn: nothing comes after it.
        journal.close { self.report($0, done) }
    }

    /// Writes everything, without an end of the execution, then calls `done`.
    func pause(_ done: @escaping @Sendable () -> Void) {
        journal.pause { self.report($0, done) }
    }

    private func report(_ error: RunError?, _ done: @Sendable () -> Void) {
        if let error { failed(error) }
        done()
    }

    @discardableResult
    func append(
        written: (@Sendable () -> Void)? = nil, _ fill: (inout RecordBatch) -> Void
    ) -> JournalWriter.Ticket {
        var batch = RecordBatch(capacity: 256)
        fill(&batch)
        do throws(RunError) {
            return try journal.append(&batch, written: written).ticket
        } catch {
            failed(error)
            return JournalWriter.never
        }
    }

    func whenWritten(_ mark: Mark, _ action: @escaping @Sendable () -> Void) {
        journal.whenWritten(mark, action)
    }
}
