import JSON
import StatesLanguage

/// Keeps what an execution has got from outside, so that a later process need not ask again.
public protocol CheckpointLog: Sendable {
    /// Records one result; calls `written`, on any thread, once it survives the process.
    func append(
        _ event: ReplayedEvent, of execution: ExecutionFacts, path: String, sequence: Int,
        written: @escaping @Sendable () -> Void)
}
