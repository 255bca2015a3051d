import Engine
import JSON
import Journal

/// The outcome of a run's own execution in the form of `results.jsonl`.
public struct ExecutionResult: Sendable {
    /// Status with output or error, cause, state and attempts; nil while it runs.
    public let value: Value?

    /// The outcome of the run in this folder.
    public init(_ run: RunDirectory) throws(RunError) {
        guard let outcome = try ExecutionHistory.read(run.journalPath).outcome else {
            value = nil
            return
        }
        var object = ObjectValue([Member("status", .string("\(outcome.status.name)"))])
        object["output"] = outcome.output
        object["error"] = outcome.error.map { .string($0) }
        object["cause"] = outcome.cause.map { .string($0) }
        object["state"] = outcome.state.map { .string($0) }
        if outcome.status != .succeeded { object["attempts"] = .int(outcome.attempts) }
        value = .object(object)
    }
}
