import ArgumentParser
import Journal
import Reporting

/// Lists the runs of a folder.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the runs, oldest first.",
        discussion: """
            EXAMPLES:
              maprun list
              maprun list --json --runs /data/runs
            """)

    @OptionGroup var runsFolder: RunsFolder

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() throws {
        let runs = try runsFolder.ids().map { id in
            try RunStatus(
                RunDirectory.open(root: runsFolder.path, id: id), countsItems: false)
        }
        if json { return try runs.forEach { try Console.print($0.value) } }
        guard !runs.isEmpty else {
            return Console.note("there are no runs in '\(runsFolder.path)'")
        }
        for line in RunStatus.table(runs, now: Timing.now) { try Console.print(line) }
    }
}
