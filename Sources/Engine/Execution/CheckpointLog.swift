import JSON
import StatesLanguage

/// Keeps what an execution has got from outside, so that a later process need not ask again.
public protocol CheckpointLog: Sendable {
    /// A place in the log; the later, the greater.
    typealias Mark = Int

    /// Records one result. What follows from it must not be seen outside before the log up to the
    /// returned mark survives the process.
    @discardableResult
    func append(
        _ event: ReplayedEvent, of execution: ExecutionFacts, path: String, sequence: Int
    ) -> Mark

    /// Calls `action`, on any thread, once the log up to this mark survives the process: at once if
    /// it does already, and never if the log fails before.
    func whenWritten(_ mark: Mark, _ action: @escaping @Sendable () -> Void)
}
