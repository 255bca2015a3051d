import JSON
import Journal
import Scheduling
import StatesLanguage
import Synchronization

/// One run of a state machine, kept on disk so that it can be interrupted anywhere and resumed.
public final class Run: @unchecked Sendable {
    // Proof: what changes is guarded by `state`; the rest is set in the initialiser.

    /// How a run came to its end in this process.
    public enum End: Sendable {
        /// The execution ended.
        case ended(ExecutionOutcome)
        /// Items were selected that are not there; the execution is aborted.
        case refused(RunError)
        /// It was asked to rest; everything finished is saved and it can be resumed.
        case interrupted
        /// The machine or the disk failed; what was announced is saved and it can be resumed.
        case failed(RunError)
    }

    /// What a run needs from outside.
    public struct Surroundings: Sendable {
        /// Workers and time.
        public var scheduler: any Scheduler
        /// Does the work of tasks.
        public var tasks: any TaskHandler
        /// The folder that stands for a bucket.
        public var folder: @Sendable (_ bucket: String) -> String?
        /// Hears of outcomes.
        public var observer: (any RunObserver)?
        /// A limit of children in flight that replaces the definition's.
        public var maxConcurrency: Int?
        /// Whether that limit also replaces one that was set while the run went on.
        public var insistsOnConcurrency = false
        /// Whether Map Runs find out below that limit how many children to have in flight.
        public var isAdaptive = false
        /// How many calls of tasks may start in a time, of all items together.
        public var rate: Rate?
        /// Whether that rate also replaces one that was set while the run went on.
        public var insistsOnRate = false
        /// The largest record in bytes as read.
        public var maximumRecordBytes = 64 << 20
        /// The most bytes of results in a file that become a Map state's result.
        public var largestResult = 256 << 20
        /// How often an item may end its worker, time out or be in flight when maprun dies, before
        /// it is set aside; nil for as often as it wants.
        public var quarantineAfter: Int?
        /// Whether a batch that fails is split, until the items that fail stand alone.
        public var splitsBatches = false
        /// Which children of the run's Map Runs are run; nil for all.
        public var selection: Selection?
        /// Hears what the user should know, such as that an input has changed.
        public var note: @Sendable (String) -> Void = { _ in }
        /// Whether the events of the execution are kept.
        public var keepsHistory = false
        /// Whether files are read on a thread of their own; virtual time wants it done in turn.
        public var prefetches = true

        /// Surroundings with no observer and no limits.
        public init(
            scheduler: any Scheduler, tasks: any TaskHandler,
            folder: @escaping @Sendable (_ bucket: String) -> String?
        ) {
            self.scheduler = scheduler
            self.tasks = tasks
            self.folder = folder
        }
    }

    private struct State: ~Copyable {
        var end: End?
        /// Whether the journal is being closed: for a rest or at the end, whichever comes first.
        var isClosing = false
        var onEnd: (@Sendable (End) -> Void)?
        var execution: Execution?
        /// What the execution is to be stopped with.
        var stop: StateFault?
        /// Why its items are not run.
        var refusal: RunError?
    }

    /// The folder of the run; nil if nothing is kept.
    public let directory: RunDirectory?
    /// What was asked.
    public let options: RunOptions
    /// When the run began, in milliseconds since 1970.
    public let startTime: Int
    /// What was found when the run was claimed, in words: a process that died, a torn record.
    public let findings: [String]
    private let plan: Plan
    private let surroundings: Surroundings
    let owner: RunOwner?
    let store: ExecutionStore?
    private let control = RunControl()
    let mapRuns: MapRunner
    let gate: CallGate
    private let state = Mutex(State())
    private let fatal: ErrorPath
    private let refusal: ErrorPath

    /// The error with which an execution is aborted whose selected items are not there.
    public static let refusedSelection = "NotSelectable"

    /// Carries errors from journals and Map Runs, which exist before the run does.
    private final class ErrorPath: Sendable {
        private let handler = Mutex<(@Sendable (RunError) -> Void)?>(nil)
        private let early = Mutex<RunError?>(nil)

        func set(_ handle: @escaping @Sendable (RunError) -> Void) {
            handler.withLock { $0 = handle }
            if let error = early.withLock({ $0 }) { handle(error) }
        }

        func report(_ error: RunError) {
            guard let handle = handler.withLock({ $0 }) else {
                return early.withLock { $0 = $0 ?? error }
            }
            handle(error)
        }
    }

    /// Prepares a run in `directory`, or one of which nothing is kept.
    public init(
        _ options: RunOptions, machine: StateMachine, directory: RunDirectory?,
        startTime: Int, surroundings: Surroundings, redrive: RedriveOrder? = nil,
        widens: Bool = false
    ) throws(RunError) {
        var (options, directory) = (options, directory)
        self.startTime = startTime
        self.surroundings = surroundings
        plan = Plan(machine.workflow)
        let (fatal, refusal) = (ErrorPath(), ErrorPath())
        (self.fatal, self.refusal) = (fatal, refusal)
        var journal = JournalOptions()
        journal.durability = options.durability
        if let claimed = directory {
            let owner = try RunOwner(claimed.path)
            self.owner = owner
            findings = owner.takenOver.map { ["took the run over from \($0)"] } ?? []
            try claimed.settle()
            // Before anything goes on: a resume after a kill has to go on in the same way.
            let noted = try claimed.noting(options.changeable, options.durability)
            (directory, options) = try Self.redriven(
                noted, options, machine, redrive, journal, surroundings)
            let store = try ExecutionStore(directory ?? claimed, options: journal) {
                fatal.report($0)
            }
            self.store = store
            if widens {
                try Self.widen(
                    directory ?? claimed, store, journal, surroundings.scheduler.now)
            } else if redrive == nil {
                try Self.reopenReleased(directory ?? claimed, journal)
            }
        } else {
            owner = nil
            findings = []
            store = nil
        }
        self.options = options
        self.directory = directory
        let noted = surroundings.insistsOnRate ? nil : store?.paceNote
        gate = CallGate(
            surroundings.scheduler, rate: noted.map(\.rate) ?? surroundings.rate)
        var configuration = MapRunner.Configuration(folder: surroundings.folder)
        configuration.directory = directory
        configuration.journal = journal
        configuration.recordsExpress = options.recordsExpress
        configuration.maxConcurrency = surroundings.maxConcurrency
        configuration.isAdaptive = surroundings.isAdaptive
        configuration.insistsOnConcurrency = surroundings.insistsOnConcurrency
        configuration.maximumRecordBytes = surroundings.maximumRecordBytes
        configuration.largestResult = surroundings.largestResult
        configuration.quarantine = surroundings.quarantineAfter.map { [owner] in
            Quarantine.Rule(
                limit: $0, claim: owner?.number ?? 1, hasDied: owner?.predecessorDied ?? false)
        }
        configuration.splitsBatches = surroundings.splitsBatches
        configuration.selection = store?.isWhole ?? false ? nil : surroundings.selection
        configuration.observer = surroundings.observer
        configuration.prefetches = surroundings.prefetches
        configuration.control = control
        configuration.gate = gate
        configuration.key = options.key.flatMap { ItemKey(parsing: $0) }
        configuration.note = surroundings.note
        configuration.refused = { refusal.report($0) }
        configuration.failed = { fatal.report($0) }
        mapRuns = MapRunner(
            scheduler: surroundings.scheduler, tasks: surroundings.tasks,
            configuration: configuration)
    }

    /// How the execution had ended before this process, if it had.
    public var earlierOutcome: FinishedItem? { store?.outcome }

    /// How far the Map Runs of this process have come.
    public var counts: [MapRunProgress] {
        mapRuns.counts
    }

    /// Starts the execution, or continues it; `onEnd` is called once.
    public func begin(onEnd: @escaping @Sendable (End) -> Void) {
        state.withLock { $0.onEnd = onEnd }
        fatal.set { [weak self] in self?.end(.failed($0)) }
        refusal.set { [weak self] in self?.refuse($0) }
        let environment = EngineEnvironment(
            scheduler: surroundings.scheduler, tasks: surroundings.tasks, mapRuns: mapRuns,
            checkpoints: store, control: control, gate: gate,
            keepsHistory: surroundings.keepsHistory)
        let replay = store?.replay
        let execution = Execution.start(
            plan, facts: facts, environment: environment, replay: replay
        ) { self.executionEnded($0) }
        let stop = state.withLock { state in
            state.execution = execution
            return state.stop
        }
        if let stop { execution?.stop(stop) }
    }

    /// Ends the run as aborted: what runs is given up, what has not been started stays pending,
    /// and everything finished is kept. May be called before `begin`.
    public func stop(error: String?, cause: String?) {
        owner?.noteAskedToEnd()
        control.stop()
        let fault = StateFault(error: error, cause: cause, origin: .service)
        let execution = state.withLock { state in
            state.stop = state.stop ?? fault
            return state.execution
        }
        execution?.stop(fault)
    }

    /// No workflow can catch that its user has asked for items which are not there.
    private func refuse(_ error: RunError) {
        state.withLock { $0.refusal = error }
        stop(error: Self.refusedSelection, cause: error.message)
    }

    private var facts: ExecutionFacts {
        let facts = options.facts(
            run: directory?.id, startTime: startTime, notes: store?.notes ?? [])
        guard facts.redrives != nil, let directory else { return facts }
        let numbers = EventNumbers(HistoryReplay(directory, options, plan))
        return facts.numbering { numbers.id(of: $0) }
    }

    /// Starts nothing new, lets what runs finish, saves everything and ends as `interrupted`.
    public func drain() {
        owner?.noteAskedToEnd()
        control.drain()
        mapRuns.drain()
        awaitQuiet()
    }

    private func awaitQuiet() {
        guard control.isIdle && mapRuns.isQuiet else {
            surroundings.scheduler.wake(at: surroundings.scheduler.now + 10) {
                self.awaitQuiet()
            }
            return
        }
        guard mayClose() else { return }
        control.rest()
        mapRuns.pause { [self] in
            guard let store else { return end(.interrupted) }
            store.pause { self.end(.interrupted) }
        }
    }

    private func mayClose() -> Bool {
        state.withLock { state in
            defer { state.isClosing = true }
            return !state.isClosing && state.end == nil
        }
    }

    private func executionEnded(_ ended: ExecutionOutcome) {
        // What was only gone through again happened at its old times.
        let outcome = ended.stopped(notBefore: surroundings.scheduler.now)
        let end = state.withLock { $0.refusal }.map(End.refused) ?? .ended(outcome)
        guard let store else { return self.end(end) }
        // Map Runs that were given up still write what they aborted.
        mapRuns.whenEnded { [self] in
            guard mayClose() else { return }
            store.finish(outcome, startTime: startTime) { self.end(end) }
        }
    }

    private func end(_ end: End) {
        let onEnd = state.withLock { state -> (@Sendable (End) -> Void)? in
            guard state.end == nil else { return nil }
            state.end = end
            return state.onEnd
        }
        guard let onEnd else { return }
        do throws(RunError) {
            try owner?.release()
            onEnd(end)
        } catch {
            onEnd(.failed(error))
        }
    }
}
