import ArgumentParser
import Engine
import Journal

/// Ends a run as aborted.
struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Ends a run as aborted, from another terminal.",
        discussion: """
            What is in flight is aborted, what was not started stays pending, and everything \
            finished is kept; maprun redrive takes the run up again. Waits until the run has \
            ended. A run that was interrupted is ended by this process; nothing of it is started. \
            To let a run only rest, send SIGINT to its process and resume it later.

            EXAMPLES:
              maprun stop last
              maprun stop last --error Operator.Stopped --cause 'wrong input file'
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @OptionGroup var runsFolder: RunsFolder

    @Option(help: "The error that the execution ends with.")
    var error: String?

    @Option(help: "The cause that the execution ends with.")
    var cause: String?

    @OptionGroup var patience: Patience

    func run() throws {
        let id = try runsFolder.find(name)
        let remote = try patience.remote(runsFolder, id)
        while true {
            switch try remote.stop(error: error, cause: cause) {
            case .hadEnded(let status):
                throw UsageError(
                    "run '\(id)' has ended: \(status.rawValue); there is nothing to stop")
            case .ended(let status):
                Console.note("run \(id) \(status.rawValue)")
                guard status != .succeeded else { return }
                return Console.note(
                    "run the rest with:\n" + runsFolder.command("redrive", id))
            case .isIdle(let died):
                if let died { Console.note("\(died) died before the run had ended") }
                if try endHere(id) { return }
            }
        }
    }

    /// Ends a run that no process works on; false if one has just begun to.
    private func endHere(_ id: String) throws -> Bool {
        let continuation = try Continuation(id, in: runsFolder)
        do {
            _ = try continuation.perform(Machinery.parse([])) { run in
                run.stop(error: error, cause: cause)
            }
        } catch let error as RunError where error.code == .inUse {
            return false
        }
        Console.note("run the rest with:\n" + runsFolder.command("redrive", id))
        return true
    }
}
