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
        var runs: [RunStatus] = []
        var damages: [RunError] = []
        for id in try runsFolder.ids() {
            do {
                let directory = try RunDirectory.open(root: runsFolder.path, id: id)
                runs.append(try RunStatus(directory, countsItems: false))
            } catch {
                damages.append(error)
            }
        }
        try show(runs, isWhole: damages.isEmpty)
        for damage in damages { Console.note("maprun: \(damage)") }
        if let first = damages.first { throw ExitStatus(first) }
    }

    private func show(_ runs: [RunStatus], isWhole: Bool) throws {
        if json { return try runs.forEach { try Console.print($0.value) } }
        guard !runs.isEmpty else {
            if isWhole { Console.note("there are no runs in '\(runsFolder.path)'") }
            return
        }
        for line in RunStatus.table(runs, now: Timing.now) { try Console.print(line) }
    }
}
