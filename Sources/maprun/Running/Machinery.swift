import ArgumentParser
import Engine
import Scheduling
import StatesLanguage

/// Flags of everything that executes a workflow, and what is built from them.
struct Machinery: ParsableArguments {
    @Option(help: "How many threads work; as many as there are cores unless given.")
    var workers: Int?

    @Option(
        help:
            "How many items of a Map Run are in flight at the most, in place of the definition's MaxConcurrency."
    )
    var maxConcurrency: Int?

    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Say nothing but errors.")
    var isQuiet = false

    func validate() throws {
        if let workers, workers < 1 {
            throw ValidationError("--workers must be at least 1; leave it out to use all cores")
        }
        if let maxConcurrency, maxConcurrency < 1 {
            throw ValidationError("--max-concurrency must be at least 1; leave it out for no limit")
        }
    }

    /// Scheduler, tasks and folders for a run of this machine.
    func surroundings(
        for machine: StateMachine, definitionPath: String, launch: Launch
    ) throws -> Run.Surroundings {
        let folders = BucketFolders(
            definitionFolder: FilePath.folder(of: definitionPath),
            workingDirectory: launch.directory)
        var surroundings = Run.Surroundings(
            scheduler: DispatchScheduler(workerCount: workers), tasks: UnboundTasks(),
            folder: { folders.folder($0) })
        surroundings.maxConcurrency = maxConcurrency ?? launch.maxConcurrency
        return surroundings
    }
}
