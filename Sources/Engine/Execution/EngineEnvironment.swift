import JSON
import Scheduling
import StatesLanguage

/// What executions need from outside: workers and time, tasks, files, a place for checkpoints.
public final class EngineEnvironment: Sendable {
    /// Workers, timers and the present.
    public let scheduler: any Scheduler
    /// Does the work of Task states.
    public let tasks: any TaskHandler
    /// Runs distributed Maps; nil where only inline workflows are run.
    let mapRuns: (any MapRunLauncher)?
    /// Where STANDARD executions record what must not be done again.
    let checkpoints: (any CheckpointLog)?
    /// Lets the run come to rest.
    let control: RunControl?
    /// AWS's quotas, where they are to be kept to.
    let limits: PayloadLimits?
    /// Whether the events of executions are kept.
    public let keepsHistory: Bool

    /// An environment of these parts.
    public init(
        scheduler: any Scheduler, tasks: any TaskHandler,
        mapRuns: (any MapRunLauncher)? = nil, checkpoints: (any CheckpointLog)? = nil,
        control: RunControl? = nil, limits: PayloadLimits? = nil,
        keepsHistory: Bool = false
    ) {
        self.scheduler = scheduler
        self.tasks = tasks
        self.mapRuns = mapRuns
        self.checkpoints = checkpoints
        self.control = control
        self.limits = limits
        self.keepsHistory = keepsHistory
    }
}
