import ArgumentParser
import JSON
import Journal
import Reporting

/// Compares the results of two runs.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Tells which items ended differently in two runs.",
        discussion: """
            Items belong together by index and content; where rows have moved, by content alone. \
            Status and outcome are compared as JSON, durations only with --duration. An item that \
            has only moved is no difference. Ends with 0 if nothing differs and with 1 if \
            something does.

            EXAMPLES:
              maprun diff 2026-11-27T last
              maprun diff 2026-11-27T last --json | jq -c 'select(.difference == "added")'
              maprun diff 2026-11-27T last --duration 50
            """)

    @Argument(help: ArgumentHelp("The beginning of a run's id, or last.", valueName: "old-run"))
    var old: String

    @Argument(help: ArgumentHelp("The beginning of a run's id, or last.", valueName: "new-run"))
    var new: String

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var mapRun: MapRunOption

    @Option(
        help: ArgumentHelp(
            "Durations count if one is so much longer than the other, and 10 ms.",
            valueName: "percent"))
    var duration: Double?

    @Flag(help: "One JSON object a line.")
    var json = false

    func validate() throws {
        if let duration, duration < 0 || !duration.isFinite {
            throw ValidationError("--duration must be a percentage such as 50")
        }
    }

    func run() throws {
        let (old, new) = (try runsFolder.open(old), try runsFolder.open(new))
        var difference = RunDifference(durationThreshold: duration)
        do {
            try compare(old, new, &difference)
            if !json { try Console.print(difference.counts.line) }
        } catch is Console.ReaderHasGone where !difference.counts.isEmpty {
            // Whoever closed the pipe has seen a difference.
        }
        if !difference.counts.isEmpty { throw ExitStatus.executionFailed }
    }

    private func compare(
        _ old: RunDirectory, _ new: RunDirectory, _ difference: inout RunDifference
    ) throws {
        switch (try mapRun.folder(in: old), try mapRun.folder(in: new)) {
        case (let old?, let new?): try difference.compare(old, new, show)
        case (nil, nil):
            try difference.compare(Self.outcome(old), Self.outcome(new), show)
        case (_?, nil), (nil, _?):
            throw UsageError(
                "one of the runs has items and the other has none; compare runs of one workflow")
        }
    }

    private func show(_ entry: RunDifference.Entry) throws {
        if json { return try Console.print(entry.value) }
        for line in entry.lines { try Console.print(line) }
    }

    private static func outcome(_ run: RunDirectory) throws -> Value {
        try ExecutionResult(run).value ?? ["status": "RUNNING"]
    }
}
