import Engine
import Scheduling
import StatesLanguage
import Tasks

/// All that a run needs from outside: workers, tasks, folders, a place for logs.
struct Equipment {
    let surroundings: Run.Surroundings
    private let router: TaskRouter
    private let log: TaskLogFile

    /// Builds the equipment; everything that is not bound is reported at once.
    init(
        for machine: StateMachine, definitionPath: String, launch: Launch, workers: Int?
    ) throws {
        let bindings = try Self.bindings(definitionPath, launch)
        let problems = bindings.check(functions: TaskResources(machine.workflow).functions)
        guard problems.isEmpty else { throw UsageError(problems.map(\.description)) }
        let log = TaskLogFile()
        self.log = log
        router = TaskRouter(bindings: bindings) { log.write($0, $1) }
        let folders = BucketFolders(
            bound: bindings.buckets, definitionFolder: FilePath.folder(of: definitionPath),
            workingDirectory: launch.directory)
        var surroundings = Run.Surroundings(
            scheduler: DispatchScheduler(workerCount: workers), tasks: router,
            folder: { folders.folder($0) })
        surroundings.maxConcurrency = launch.maxConcurrency
        self.surroundings = surroundings
    }

    /// Carries the run through and lets its tasks' processes end.
    func perform(
        _ run: Run, runsFolder: RunsFolder, isQuiet: Bool, endedBefore: [String: Int] = [:]
    ) throws -> ExecutionOutcome {
        if let directory = run.directory { log.open(in: directory.logsPath) }
        let session = RunSession(
            run, runsFolder: runsFolder, isQuiet: isQuiet, endedBefore: endedBefore)
        defer { router.close() }
        return try session.perform()
    }

    private static func bindings(_ definitionPath: String, _ launch: Launch) throws -> Bindings {
        let bindings =
            try launch.bindings.map { try Bindings.read(file: $0) }
            ?? Bindings.besides(definition: definitionPath)
        for warning in bindings.warnings { Console.note("warning: \(warning)") }
        return bindings
    }
}
