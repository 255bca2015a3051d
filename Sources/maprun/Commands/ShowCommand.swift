import ArgumentParser
import Reporting

/// Shows what is known of a run or of one of its items.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows what is known of a run, or of one item.",
        discussion: """
            EXAMPLES:
              maprun show last
              maprun show last 4711
              maprun show last 4711 --json | jq .log
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @Argument(help: "The item's index, from 0.")
    var item: Int?

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var mapRun: MapRunOption

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let run = try runsFolder.open(name)
        guard let item else {
            let report = try RunReport(run)
            if json { return try Console.print(report.value) }
            return try report.lines(now: Timing.now).forEach { try Console.print($0) }
        }
        guard let folder = try mapRun.folder(in: run) else {
            throw UsageError("run '\(run.id)' has no items; leave the item out")
        }
        let report = try ItemReport(item, in: folder, logs: run.logsPath)
        guard report.isKnown else {
            throw UsageError(
                "nothing is known of item \(item); it has not been started, or there is none")
        }
        if json { return try Console.print(report.value) }
        for line in report.lines { try Console.print(line) }
    }
}
