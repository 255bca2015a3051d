import JSON
import Scheduling
import StatesLanguage

/// Does the work of Task states: calls a function, starts a command, answers from a mock.
///
/// The engine owns timeouts and retries; a handler owns the work of one attempt.
public protocol TaskHandler: Sendable {
    /// Starts one attempt without blocking the calling thread.
    ///
    /// `completion` must be called exactly once, on any thread; also after a cancellation.
    func start(_ request: TaskRequest, completion: @escaping TaskCompletion) -> TaskCancellation?

    /// Makes one attempt ready, of which nothing is seen outside before it begins; nil where it can
    /// only be started.
    func prepare(_ request: TaskRequest, completion: @escaping TaskCompletion) -> PreparedAttempt?

    /// What decides when this attempt may start; nil where it may at once. While it waits there
    /// its timeout does not run.
    func gate(for request: TaskRequest) -> CallGate?
}

extension TaskHandler {
    /// Attempts may start at once.
    public func gate(for request: TaskRequest) -> CallGate? { nil }

    /// Attempts can only be started.
    public func prepare(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> PreparedAttempt? { nil }
}

/// One attempt that is ready to begin.
public struct PreparedAttempt: Sendable {
    /// Lets it begin; may be called on any thread, and must neither wait nor take long.
    public var begin: @Sendable () -> Void
    /// Gives it up, whether it has begun or not.
    public var cancel: TaskCancellation

    /// An attempt that does this.
    public init(begin: @escaping @Sendable () -> Void, cancel: @escaping TaskCancellation) {
        self.begin = begin
        self.cancel = cancel
    }
}

/// Receives the outcome of one attempt.
public typealias TaskCompletion = @Sendable (TaskOutcome) -> Void

/// What one attempt came to.
public enum TaskOutcome: Sendable {
    case success(Value)
    case failure(StateFault)
    /// A success whose value is made by the worker that goes on with it, and not by the one thread
    /// that hears of all answers.
    case deferred(@Sendable () -> Value)

    /// The same.
    public init(_ result: Result<Value, StateFault>) {
        switch result {
        case .success(let value): self = .success(value)
        case .failure(let fault): self = .failure(fault)
        }
    }

    /// The outcome with its value, which is made here where it was deferred.
    public var result: Result<Value, StateFault> {
        switch self {
        case .success(let value): .success(value)
        case .failure(let fault): .failure(fault)
        case .deferred(let make): .success(make())
        }
    }

    /// The same with another value.
    package func map(_ transform: @escaping @Sendable (Value) -> Value) -> TaskOutcome {
        switch self {
        case .success(let value): .success(transform(value))
        case .failure: self
        case .deferred(let make): .deferred { transform(make()) }
        }
    }
}

/// Ends an attempt early (timeout, abort): first politely, then hard. May be called more than once.
public typealias TaskCancellation = @Sendable () -> Void

/// One attempt of one Task state.
public struct TaskRequest: Sendable {
    /// `Resource` as the definition has it.
    public var resource: String
    /// The evaluated Parameters or Arguments, else the effective input.
    public var input: Value
    /// The state's name.
    public var state: String
    /// Where the state runs: Map states and the index of the iteration or item, outermost first.
    public var path: [(map: String, index: Int)]
    /// The execution that the state belongs to.
    public var execution: ExecutionIdentity
    /// 0 for the first attempt, one more for each retry.
    public var attempt: Int
    /// Seconds until the engine gives the attempt up, where the state sets them.
    public var timeoutSeconds: Int?
    /// Seconds between heartbeats, where the state sets them.
    public var heartbeatSeconds: Int?
    /// The token, when the resource ends in `.waitForTaskToken`.
    public var token: String?
    /// The evaluated `Credentials`.
    public var credentials: Value?
    /// Tells the engine that the task is alive; resets the heartbeat clock.
    public var heartbeat: @Sendable () -> Void
    /// Wants to know what goes over a wire; nobody does but tests of single states.
    package var onlooker: Onlooker?
    /// Which visit of the state this is.
    package var visit: Visit

    /// What tells a visit of a state from all others, the same for every attempt: execution name,
    /// scope and count, which runs of the same seed have in common; and the run before those.
    package struct Visit: Sendable {
        package private(set) var key: RequestId.Key
        package private(set) var keyInRun: RequestId.Key

        package init(_ key: String, run: String) {
            self.key = RequestId.Key(key)
            keyInRun = RequestId.Key(run)
            keyInRun.append("/")
            keyInRun.append(key)
        }

        mutating func append(_ part: String) {
            key.append(part)
            keyInRun.append(part)
        }
    }

    /// The same for every attempt of this visit of the state, also after a resume or a redrive, and
    /// another for any other item, state, visit or run, so that a service can tell a repetition.
    public var idempotencyKey: String { idempotencyId.text }

    /// Gets what a task that calls over a wire has sent, and what came back if anything did.
    package struct Onlooker: Sendable {
        /// Whether it may see what a connection has added.
        package var seesSecrets: Bool
        /// Called before the task's outcome is told.
        package var see: @Sendable (_ request: Value, _ response: Value?) -> Void
    }

    package var idempotencyId: RequestId {
        RequestId(key: visit.keyInRun, attempt: 0)
    }

    /// A request; what is not given has its default.
    public init(
        resource: String, input: Value, state: String, path: [(map: String, index: Int)] = [],
        execution: ExecutionIdentity, attempt: Int = 0, visit: String = ""
    ) {
        self.resource = resource
        self.input = input
        self.state = state
        self.path = path
        self.execution = execution
        self.attempt = attempt
        self.visit = Visit(visit, run: execution.run)
        heartbeat = {}
    }
}

/// Names of an execution, as AWS forms them. All its requests share them.
public final class ExecutionIdentity: Sendable {
    /// The execution's ARN.
    public let arn: String
    /// Its name.
    public let name: String
    /// The index of the item of the distributed Map that the execution is a child for.
    public let item: Int?
    /// The run directory's name.
    public let run: String

    /// An identity.
    public init(arn: String, name: String, item: Int? = nil, run: String = "") {
        self.arn = arn
        self.name = name
        self.item = item
        self.run = run
    }
}
