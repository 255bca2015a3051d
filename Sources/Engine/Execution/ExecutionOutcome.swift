import JSON
import Journal
import StatesLanguage

/// How an execution ended.
public struct ExecutionOutcome: Sendable {
    /// The status, in AWS's words.
    public enum Status: String, Sendable {
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
        case timedOut = "TIMED_OUT"
        case aborted = "ABORTED"
    }

    /// The status.
    public var status: Status
    /// The output, if it succeeded.
    public var output: Value?
    /// The error name, if it failed with one.
    public var error: String?
    /// The cause, if it failed with one.
    public var cause: String?
    /// The innermost state that failed.
    public var failedState: String?
    /// How often that state was tried.
    public var attempts: Int
    /// When it ended, in milliseconds since 1970.
    public var stopTime: Int
    /// The events, if the environment keeps them.
    public var history: [HistoryEvent]

    enum End {
        case succeeded(Value)
        case failed(StateFault)
        case timedOut
        case aborted(StateFault)
    }

    init(_ end: End, _ session: inout Session, after lastEvent: Int) {
        attempts = session.failure?.attempts ?? 1
        stopTime = session.now
        failedState = nil
        switch end {
        case .succeeded(let value):
            status = .succeeded
            output = value
            session.history.record(
                "ExecutionSucceeded", after: lastEvent, at: session.now,
                [Member("output", value)])
        case .failed(let fault):
            status = .failed
            (error, cause) = (fault.shortError, fault.shortCause)
            failedState = session.failure?.state
            Self.record("ExecutionFailed", fault, &session, after: lastEvent)
        case .timedOut:
            status = .timedOut
            Self.record("ExecutionTimedOut", nil, &session, after: lastEvent)
        case .aborted(let fault):
            status = .aborted
            (error, cause) = (fault.shortError, fault.shortCause)
            Self.record("ExecutionAborted", fault, &session, after: lastEvent)
        }
        history = session.history.events
    }

    private static func record(
        _ type: String, _ fault: StateFault?, _ session: inout Session, after lastEvent: Int
    ) {
        var details: [Member] = []
        if let error = fault?.error { details.append(Member("error", .string(error))) }
        if let cause = fault?.cause { details.append(Member("cause", .string(cause))) }
        session.history.record(type, after: lastEvent, at: session.now, details)
    }
}

extension ExecutionOutcome {
    /// The same outcome, which was not seen before this time.
    func stopped(notBefore time: Int) -> ExecutionOutcome {
        var outcome = self
        outcome.stopTime = max(stopTime, time)
        return outcome
    }

    /// The outcome as a journal has kept it.
    public init(_ item: FinishedItem) {
        status = Status(item.status)
        output = item.output
        error = item.error?.string
        cause = item.cause?.string
        failedState = item.state?.string
        attempts = item.attempts
        stopTime = item.stopTime
        history = []
    }
}

extension ExecutionOutcome.Status {
    /// The status as journals have it.
    init(_ status: ItemStatus) {
        switch status {
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .timedOut: self = .timedOut
        case .aborted: self = .aborted
        }
    }
}
