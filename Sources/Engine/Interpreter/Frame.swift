import JSON
import StatesLanguage

/// One running workflow: the machine itself, a branch, an iteration or a child of a Map Run.
///
/// A struct that is advanced in place: while nothing waits it lives on the stack of the worker.
struct Frame {
    let plan: Plan
    /// The state that runs.
    var index: Int
    /// What the state was given, before InputPath.
    var rawInput: Value
    /// Whether `scope.input` is the raw input already.
    var inputIsRaw = false
    var scope: EvaluationScope
    var stage = Stage.enter
    var visit = Visit()
    /// The running children of a Parallel or inline Map state.
    var join: Join?
    /// The event that the next one of this chain follows.
    var lastEvent = 0
    /// The way from the execution to this workflow, for replay: "3.0/1.7" is child 7 started at
    /// event 1 of child 0 started at event 3. Empty for the execution itself.
    var path: String
    /// How many results from outside (tasks, waits, Map Runs) this workflow has awaited so far.
    var sequence = 0
    /// Map states around it and the index of the iteration, outermost first.
    var iterations: [(map: String, index: Int)] = []

    /// What to do when the frame is advanced next.
    enum Stage {
        case enter
        case run
        /// Children have ended and made room for others.
        case children
        indirect case resume(Resumption)
    }

    /// What a suspended workflow was waiting for.
    enum Resumption: Sendable {
        case task(Result<Value, StateFault>, isHeartbeatMiss: Bool)
        case waited
        case retry
        case joined(Result<[Value], StateFault>)
        case mapRun(Result<Value, StateFault>)
    }

    /// What belongs to one visit of a state and is forgotten when it is left.
    struct Visit {
        /// How many retries there were.
        var attempt = 0
        /// Retries by retrier; empty until the first.
        var retries: [Int] = []
        var enteredEvent = 0
        /// The event before the state was entered.
        var eventBefore = 0

        /// Forgets everything, for the next state.
        mutating func reset() {
            attempt = 0
            if !retries.isEmpty { retries = [] }
            enteredEvent = 0
            eventBefore = 0
        }
    }

    init(plan: Plan, input: Value, scope: EvaluationScope, path: String) {
        self.plan = plan
        index = plan.startAt
        rawInput = input
        self.scope = scope
        self.path = path
    }

    var state: PlannedState { plan.states[index] }
}

/// What happened when a workflow was advanced.
enum Progress {
    case finished(Value)
    case failed(StateFault)
    case suspended(Suspension)
}

/// What a workflow waits for. Requests are large, and what may hold one is passed on for each
/// state, so they lie elsewhere.
enum Suspension {
    case task(PendingTask)
    /// A Wait state, until this time in milliseconds since 1970.
    case wait(until: Int)
    /// A delay before a retry.
    case retry(at: Int)
    /// Its own children.
    case children
    indirect case mapRun(MapRunRequest)
    /// Nothing: it ran for so long that others should have a turn.
    case turn
}

/// An attempt that is ready to be handed to the task handler.
final class PendingTask: Sendable {
    let request: TaskRequest
    let sequence: Int

    init(request: TaskRequest, sequence: Int) {
        self.request = request
        self.sequence = sequence
    }
}

/// How one state ended, or that it has not.
enum Step {
    /// The next state has this index, and its input is the frame's.
    case next(Int)
    case end(Value)
    case suspend(Suspension)
}
