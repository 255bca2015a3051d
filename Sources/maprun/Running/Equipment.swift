import Engine
import Scheduling
import StatesLanguage
import Tasks

/// All that a run needs from outside: workers, tasks, folders, a place for logs.
struct Equipment {
    let surroundings: Run.Surroundings
    /// Whether a Task state has to be answered by something real.
    let needsHandlers: Bool
    private let router: RouterOnDemand
    private let log: TaskLogFile

    /// Builds the equipment; everything that is not bound is reported at once.
    init(
        for machine: StateMachine, definitionPath: String, launch: Launch, workers: Int?,
        isQuiet: Bool = false
    ) throws {
        let bindings = try Self.bindings(definitionPath, launch)
        let log = TaskLogFile()
        self.log = log
        let scheduler = DispatchScheduler(workerCount: workers)
        let router = RouterOnDemand(
            bindings, log: log, scheduler: scheduler,
            note: { if !isQuiet { Console.note($0) } })
        self.router = router
        let mocks = try launch.mock.map { try MockChoice($0).tasks(next: router) }
        let resources = TaskResources(machine.workflow, except: mocks?.states ?? [])
        needsHandlers = resources.needsHandlers
        let problems =
            bindings.check(functions: resources.functions)
            + bindings.check(activities: resources.activities)
            + bindings.check(
                connections: resources.connections, environment: ProcessEnvironment.current)
        guard problems.isEmpty else { throw UsageError(problems.map(\.description)) }
        let folders = BucketFolders(bindings, definitionPath: definitionPath, launch: launch)
        var surroundings = Run.Surroundings(
            scheduler: scheduler, tasks: mocks ?? router,
            folder: { folders.folder($0) })
        surroundings.maxConcurrency = launch.maxConcurrency
        surroundings.isAdaptive = launch.isAdaptive
        surroundings.rate = launch.rate
        surroundings.selection = launch.selection
        if let limit = launch.maximumRecordBytes { surroundings.maximumRecordBytes = limit }
        surroundings.splitsBatches = launch.bisectsBatches
        if let limit = launch.quarantineAfter, limit > 0 { surroundings.quarantineAfter = limit }
        if !isQuiet { surroundings.note = { Console.note($0) } }
        self.surroundings = surroundings
    }

    /// Carries the run through and lets its tasks' processes end.
    func perform(
        _ run: Run, runsFolder: RunsFolder, isQuiet: Bool, endedBefore: [String: Int] = [:]
    ) throws -> ExecutionOutcome {
        if let directory = run.directory { log.keep(in: directory.logsPath) }
        let session = RunSession(
            run, runsFolder: runsFolder, isQuiet: isQuiet, endedBefore: endedBefore)
        defer { close() }
        let outcome = try session.perform()
        if !isQuiet, surroundings.quarantineAfter != nil {
            try QuarantineNote.show(run, runsFolder)
        }
        return outcome
    }

    /// Lets the tasks' processes end.
    func close() { router.close() }

    /// What is bound for a definition.
    static func bindings(_ definitionPath: String, _ launch: Launch) throws -> Bindings {
        let bindings =
            try launch.bindings.map { try Bindings.read(file: $0) }
            ?? Bindings.besides(definition: definitionPath)
        for warning in bindings.warnings { Console.note("warning: \(warning)") }
        return bindings
    }
}
