import JSON
import Journal
import StatesLanguage

/// What all workflows of one execution share while it is being advanced.
struct Session: ~Copyable {
    let environment: EngineEnvironment
    let facts: ExecutionFacts
    /// Milliseconds since 1970, read once each time the execution is woken, so that a replay
    /// from the journal sees the same times.
    var now: Int
    var history: History
    /// Results of an earlier process, by where they belong; consumed as the replay meets them.
    var replay: ReplayLog?
    /// State transitions since the execution was last woken.
    var transitions = 0
    /// Up to where the log of checkpoints has to be written before anything is seen outside.
    var unwritten: CheckpointLog.Mark?
    /// Tasks whose results were taken in, or that were given up, since then.
    var releasedTasks = 0

    /// The innermost state that failed last, and how often it was tried.
    var failure: (state: String, attempts: Int)?
    /// The fault that a state of a traced execution raised in this turn.
    var raised: StateFault?
    /// Takes the output as text where that is all that is wanted of it.
    var outputText: OutputText?
    /// Takes notes where a single state is tested; executions have none.
    var probe: StateProbe?

    init(
        environment: EngineEnvironment, facts: ExecutionFacts, now: Int, replay: ReplayLog? = nil,
        outputText: OutputText? = nil
    ) {
        self.environment = environment
        self.facts = facts
        self.now = now
        self.replay = replay
        self.outputText = outputText
        history = History(isKept: environment.keepsHistory)
    }

    /// What task handlers are told of the execution: made for its first task.
    private(set) lazy var identity = facts.identity
    /// Where it stands, for task handlers.
    private(set) lazy var iterations = facts.iterations
    private lazy var visit = TaskRequest.Visit(identity.name, run: identity.run)

    /// The visit of a state that has this number in its scope.
    mutating func visit(path: String, number: Int) -> TaskRequest.Visit {
        var visit = visit
        visit.append(":")
        visit.append(path)
        visit.append(":")
        visit.append(String(number))
        return visit
    }

    /// What an earlier process did is gone through at the old times; what begins now does so in the
    /// present, from which its limits of time count.
    mutating func endReplayedTime() {
        if replay != nil { now = max(now, environment.scheduler.now) }
    }

    /// After so many transitions in one go an execution lets others have a turn.
    static let transitionsPerTurn = 20_000
}

/// Recorded results by scope path and sequence.
public struct ReplayLog: Sendable {
    private var events: [String: [Int: ReplayedEvent]] = [:]

    /// No events.
    public init() {}

    var isEmpty: Bool { events.isEmpty }

    /// Adds the result that a workflow got at this place.
    public mutating func add(_ event: ReplayedEvent, path: String, sequence: Int) {
        events[path, default: [:]][sequence] = event
    }

    /// The result that this state got; where another state stood there, as the workflow was
    /// changed, nothing recorded from there on counts.
    mutating func take(path: String, sequence: Int, state: Key) -> ReplayedEvent? {
        guard let event = events[path]?.removeValue(forKey: sequence) else { return nil }
        if event.state == state.string { return event }
        events[path] = nil
        return nil
    }
}

/// One recorded result.
public struct ReplayedEvent: Sendable {
    /// When it was recorded, in milliseconds since 1970.
    public var time: Int
    /// The state that waited for it.
    public var state: String
    /// What came.
    public var result: RecordedResult

    /// A result.
    public init(time: Int, state: String, result: RecordedResult) {
        self.time = time
        self.state = state
        self.result = result
    }

    /// What a state can wait for.
    public enum RecordedResult: Sendable {
        /// How an attempt of a task ended.
        case task(Result<Value, StateFault>, isHeartbeatMiss: Bool)
        /// A Wait that was to end at this time.
        case wait(until: Int)
        /// How a distributed Map ended.
        case mapRun(Result<Value, StateFault>)
    }
}
