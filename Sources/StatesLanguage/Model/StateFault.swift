/// A failure inside a workflow: what a catcher can catch, or the end of the execution.
public struct StateFault: Error, Sendable, Equatable {
    /// The error name; nil only where a Fail state or a service gave none.
    public var error: String?
    /// The cause; nil where there is none.
    public var cause: String?
    /// Where the fault arose, which decides how AWS words and treats it.
    public var origin: Origin
    /// Whether a Parallel state has it from one of its branches: `States.BranchFailed` names it too.
    public var isOfBranch = false
    /// What was lost with the attempt besides its answer.
    public var loss: Loss?

    /// What the end of an attempt can mean for the process that worked on it.
    public enum Loss: Sendable, Equatable {
        /// The process ended while it worked on the attempt.
        case worker
        /// The time was up, and the process was ended.
        case time
    }

    /// The time before which whoever failed wants no further attempt, in milliseconds since 1970.
    public var retryAfter: Int?

    /// Where a fault arose.
    public enum Origin: Sendable, Equatable {
        /// A task, a Fail state or a nested workflow: name and cause pass through as they are.
        case task
        /// The interpreter: the cause gets "An error occurred while executing the state …" in
        /// front, once. `field` is the place in the state (`Output/x`) where that is known.
        case interpreter(field: String?)
        /// The interpreter, with a text that AWS gives without the prefix.
        case service
        /// A heartbeat that did not come: AWS prints `States.Timeout`, but retriers and catchers
        /// may also say `States.HeartbeatTimeout`.
        case heartbeat
    }

    /// A fault of a task, a Fail state or a nested workflow.
    public init(error: String?, cause: String?, origin: Origin = .task, loss: Loss? = nil) {
        self.error = error
        self.cause = cause
        self.origin = origin
        self.loss = loss
    }

    /// A failure of the interpreter itself, which no retrier or catcher matches.
    public static func runtime(_ message: String) -> StateFault {
        StateFault(error: "States.Runtime", cause: message, origin: .interpreter(field: nil))
    }

    /// A failed JSONata expression in `field`, written as AWS does: `Output/x`, `Choices[1]/Condition`.
    public static func query(_ message: String, field: String) -> StateFault {
        StateFault(
            error: "States.QueryEvaluationError", cause: message,
            origin: .interpreter(field: field))
    }

    /// Whether retriers and catchers may look at it at all.
    public var isCatchable: Bool { error != "States.Runtime" }
}
