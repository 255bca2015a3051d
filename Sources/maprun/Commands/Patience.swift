import ArgumentParser
import Engine

/// `--timeout`: how long to wait for the process that works on a run.
struct Patience: ParsableArguments {
    @Option(
        name: .customLong("timeout"),
        help: "Seconds to wait for an answer of the process that works on the run.")
    var seconds = 30.0

    func validate() throws {
        guard seconds > 0 else { throw ValidationError("--timeout must be more than 0") }
    }

    /// A way to the run that is meant.
    func remote(_ runsFolder: RunsFolder, _ name: String) throws -> RunRemote {
        let (directory, options) = try Run.recorded(
            root: runsFolder.path, id: runsFolder.find(name))
        return RunRemote(
            directory, durability: options.durability, patience: seconds, now: { Timing.now })
    }
}
