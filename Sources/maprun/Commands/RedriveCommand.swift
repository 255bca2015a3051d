import ArgumentParser
import Engine
import Reporting

/// Takes up a run that has ended without success.
struct RedriveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive", abstract: "Runs again what failed in a run that has ended.",
        discussion: """
            Items that succeeded keep their results. STANDARD children continue at the state that \
            failed, EXPRESS ones start again, items that were never started start.

            EXAMPLES:
              maprun redrive last --dry-run
              maprun redrive last
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var machinery: Machinery

    @Flag(help: "Only say what would be kept and what would run again.")
    var dryRun = false

    @Option(help: "What is said on standard output.")
    var output = OutputForm.text

    func run() throws {
        let continuation = try Continuation(name, in: runsFolder)
        let directory = continuation.directory
        guard continuation.outcome != nil else {
            throw UsageError(
                "run '\(directory.id)' has not ended; continue it with\n"
                    + runsFolder.command("resume", directory.id))
        }
        let plan = try RedrivePlan(directory, .unsuccessful)
        if dryRun { return try plan.lines.forEach { try Console.print($0) } }
        if !machinery.isQuiet { for line in plan.lines { Console.note(line) } }
        try output.report(continuation.perform(machinery, redrive: .unsuccessful))
    }
}
