import ArgumentParser
import Reporting

/// Tells how far a run has come.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tells how far a run has come, also while it runs.",
        discussion: """
            EXAMPLES:
              maprun status
              maprun status 2026-11-22T10-31 --json
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name = "last"

    @OptionGroup var runsFolder: RunsFolder

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let status = try RunStatus(runsFolder.open(name))
        if json { return try Console.print(status.value) }
        for line in status.lines(now: Timing.now) { try Console.print(line) }
    }
}
