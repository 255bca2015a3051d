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
    /// Where STANDARD executions record what must not be done again, and EXPRESS ones, if that is
    /// wanted, what their history is made of.
    let checkpoints: (any CheckpointLog)?
    /// Whether an execution that is interrupted continues from there.
    let isResumable: Bool
    /// Lets the run come to rest.
    let control: RunControl?
    /// Sets items aside that end their workers; nil where that is not wanted.
    let quarantine: Quarantine?
    /// Keeps the calls of tasks to the run's rate.
    let gate: CallGate?
    /// Measures calls of tasks; nil where nobody wants to know.
    let meter: CallMeter?
    /// AWS's quotas, where they are to be kept to.
    let limits: PayloadLimits?
    /// Whether the events of executions are kept.
    public let keepsHistory: Bool
    /// Hears of every state, where an execution is traced.
    let tracer: ExecutionTracer?
    /// Answers in place of all tasks and Map Runs where an old execution is gone through again.
    let rehearsal: Rehearsal?

    /// An environment of these parts.
    public convenience init(
        scheduler: any Scheduler, tasks: any TaskHandler,
        mapRuns: (any MapRunLauncher)? = nil, checkpoints: (any CheckpointLog)? = nil,
        isResumable: Bool = true, control: RunControl? = nil, gate: CallGate? = nil,
        limits: PayloadLimits? = nil, keepsHistory: Bool = false
    ) {
        self.init(
            scheduler: scheduler, tasks: tasks, mapRuns: mapRuns, checkpoints: checkpoints,
            isResumable: isResumable, control: control, gate: gate, limits: limits,
            keepsHistory: keepsHistory, quarantine: nil)
    }

    /// An environment of these parts, in which items may be set aside, an execution be traced, or an
    /// old one be gone through again.
    init(
        scheduler: any Scheduler, tasks: any TaskHandler, mapRuns: (any MapRunLauncher)? = nil,
        checkpoints: (any CheckpointLog)? = nil, isResumable: Bool = true,
        control: RunControl? = nil, gate: CallGate? = nil, meter: CallMeter? = nil,
        limits: PayloadLimits? = nil, keepsHistory: Bool = false, quarantine: Quarantine?,
        tracer: ExecutionTracer? = nil, rehearsal: Rehearsal? = nil
    ) {
        self.quarantine = quarantine
        self.scheduler = scheduler
        self.tasks = tasks
        self.mapRuns = mapRuns
        self.checkpoints = checkpoints
        self.isResumable = isResumable && checkpoints != nil
        self.control = control
        self.gate = gate
        self.meter = meter
        self.limits = limits
        self.keepsHistory = keepsHistory
        self.tracer = tracer
        self.rehearsal = rehearsal
    }

    /// The same parts in an object of its own.
    var copy: EngineEnvironment {
        EngineEnvironment(
            scheduler: scheduler, tasks: tasks, mapRuns: mapRuns, checkpoints: checkpoints,
            isResumable: isResumable, control: control, gate: gate, meter: meter, limits: limits,
            keepsHistory: keepsHistory, quarantine: quarantine, tracer: tracer,
            rehearsal: rehearsal)
    }

    /// The environment of one execution that is traced.
    convenience init(
        scheduler: any Scheduler, tasks: any TaskHandler, mapRuns: any MapRunLauncher,
        tracer: ExecutionTracer
    ) {
        self.init(
            scheduler: scheduler, tasks: tasks, mapRuns: mapRuns, isResumable: false,
            quarantine: nil, tracer: tracer)
    }

    /// The environment in which an old execution is gone through again.
    convenience init(_ rehearsal: Rehearsal, scheduler: RehearsalScheduler) {
        self.init(
            scheduler: scheduler, tasks: NoTasks(), isResumable: false, keepsHistory: true,
            quarantine: nil, rehearsal: rehearsal)
    }
}
