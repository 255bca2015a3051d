import JSON
import StatesLanguage

/// Something an execution hears from outside. The generation tells whether it still matters.
struct News: Sendable {
    /// When it happened, where that has to be kept; else the present counts.
    var time: Int?
    var content: Content

    init(time: Int? = nil, content: Content) {
        self.time = time
        self.content = content
    }

    enum Content: Sendable {
        case woken(FrameBox, Int, Frame.Resumption)
        case proceed(FrameBox, Int)
        /// A call that had to wait may start, or ask at the next gate.
        case admitted(FrameBox, Int, PendingTask, by: GateKeeper)
        /// What was to wait for the log of checkpoints may begin.
        indirect case written(FrameBox, Int, HeldCall)
        case answered(FrameBox, Int, TaskOutcome)
        case ended(FrameBox, Int, OutsideResult, isHeartbeatMiss: Bool)
        case timedOut(FrameBox, Int, isHeartbeat: Bool)
        case executionTimedOut
        case stopped(StateFault)
    }
}

/// What is begun once the results before it are written.
enum HeldCall: Sendable {
    case task(TaskRequest, TaskCompletion)
    case mapRun(MapRunRequest)
}

/// Who makes calls wait.
enum GateKeeper: Sendable {
    /// The run, whose calls keep to a rate.
    case run
    /// The handler of the task.
    case handler
}

/// What came of a task or a Map Run.
enum OutsideResult: Sendable {
    case task(Result<Value, StateFault>)
    case mapRun(Result<Value, StateFault>)

    func resumption(isHeartbeatMiss: Bool) -> Frame.Resumption {
        switch self {
        case .task(let result): .task(result, isHeartbeatMiss: isHeartbeatMiss)
        case .mapRun(let result): .mapRun(result)
        }
    }

    func recorded(isHeartbeatMiss: Bool) -> ReplayedEvent.RecordedResult {
        switch self {
        case .task(let result): .task(result, isHeartbeatMiss: isHeartbeatMiss)
        case .mapRun(let result): .mapRun(result)
        }
    }
}
