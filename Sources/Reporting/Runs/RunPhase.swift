import Journal

/// How far a run has come: AWS's statuses of executions, and one for runs that can be resumed.
public enum RunPhase: String, Sendable, CaseIterable {
    case running = "RUNNING"
    /// No process works on it, and it has not ended.
    case interrupted = "INTERRUPTED"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case timedOut = "TIMED_OUT"
    case aborted = "ABORTED"

    /// The phase of a run that ended so.
    public init(_ status: ItemStatus) {
        switch status {
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .timedOut: self = .timedOut
        case .aborted: self = .aborted
        }
    }
}
