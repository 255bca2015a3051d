import JSON
import StatesLanguage

/// How the test of a single state ended.
public struct StateTestAnswer: Sendable {
    /// The status, in AWS's words.
    public enum Status: String, Sendable {
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
        /// A retrier would try again.
        case retriable = "RETRIABLE"
        case caughtError = "CAUGHT_ERROR"
        /// The call itself was in error: nothing was run.
        case refused = "REFUSED"
    }

    /// The status.
    public var status: Status
    /// The output, if the state succeeded or an error was caught.
    public var output: Value?
    /// The error name.
    public var error: String?
    /// The cause.
    public var cause: String?
    /// The state to go to.
    public var nextState: String?
    /// The values in between, above inspection level INFO.
    public var inspection: ObjectValue?

    init(_ status: Status, output: Value? = nil) {
        self.status = status
        self.output = output
    }

    init(_ refusal: StateTestRefusal) {
        status = .refused
        error = refusal.error
        cause = refusal.cause
    }

    init(_ status: Status, _ fault: StateFault?) {
        self.status = status
        error = fault?.error
        cause = fault?.cause
    }

    /// The answer as JSON: `status`, `output`, `error`, `cause`, `nextState`, `inspection`.
    public var value: Value {
        var object = ObjectValue()
        object["status"] = .string(status.rawValue)
        object["output"] = output
        object["error"] = error.map(Value.string)
        object["cause"] = cause.map(Value.string)
        object["nextState"] = nextState.map(Value.string)
        object["inspection"] = inspection.map(Value.object)
        return .object(object)
    }
}
