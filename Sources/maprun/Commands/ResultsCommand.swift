import ArgumentParser
import JSON
import Reporting

/// Writes the results of a run.
struct ResultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results", abstract: "Writes the outcome of every item, in item order.",
        discussion: """
            One JSON object a line: index and status, then output, or error, cause, state and \
            attempts. A run without a Map Run has one line, the execution's.

            EXAMPLES:
              maprun results last
              maprun results last --map Registrations > results.jsonl
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var mapRun: MapRunOption

    @Flag(help: "JSON Lines, which results are in any case.")
    var json = false

    func run() throws {
        let run = try runsFolder.open(name)
        if let folder = try mapRun.folder(in: run) {
            return try LineFile(folder + "/results.jsonl").forEachBlock { try Console.write($0) }
        }
        if let line = try ExecutionResult(run).value { try Console.print(line) }
    }
}
