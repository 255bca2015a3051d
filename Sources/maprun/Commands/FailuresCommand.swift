import ArgumentParser
import JSON
import Journal
import Reporting

/// Tells which items of a run failed, and why.
struct FailuresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failures", abstract: "Tells which items did not succeed, and why.",
        discussion: """
            --to-csv gives the original rows with columns for the error behind them, to standard \
            output or a file. Mend them and feed them back with maprun redrive --items; items that \
            are run in batches with the lines of --json and their "input". Where items have \
            different members there is a column for each. With --group-by it gives the counts.

            EXAMPLES:
              maprun failures last --group-by error
              maprun failures last --to-csv to-mend.csv
              maprun failures last --json | jq .input
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @Argument(help: "With --to-csv: the file to write; standard output unless given.")
    var file: String?

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var mapRun: MapRunOption

    @Flag(help: "One JSON object a line, with the item's input.")
    var json = false

    @Flag(help: "The original rows with error columns.")
    var toCsv = false

    @Option(help: "Count failures by error or state.")
    var groupBy: FailureGroups.Criterion?

    func validate() throws {
        if toCsv && json { throw ValidationError("--to-csv does not go with --json") }
        if file != nil && !toCsv {
            throw ValidationError("a file goes with --to-csv; send other listings there with >")
        }
    }

    func run() throws {
        let run = try runsFolder.open(name)
        guard let folder = try mapRun.folder(in: run) else { return try writeExecution(run) }
        let lines = LineFile(folder + "/failures.jsonl")
        if let groupBy { return try writeGroups(lines, groupBy) }
        if toCsv {
            return try writing { write in
                try LineFile(folder + "/failures.csv", isCSV: true).forEachBlock(write)
            }
        }
        if json { return try lines.forEachBlock { try Console.write($0) } }
        var hasTitle = false
        try lines.forEachLine { line in
            if !hasTitle { try Console.print(FailureTable.title) }
            hasTitle = true
            try Console.print(FailureTable.line(Value.parse(line)))
            return true
        }
    }

    /// Lets `body` write to the file that was named, else to standard output.
    private func writing(
        _ body: ((UnsafeBufferPointer<UInt8>) throws -> Void) throws -> Void
    ) throws {
        guard let file else { return try body { try Console.write($0) } }
        try OutputFile.stream(to: file, body)
    }

    private func writeGroups(_ lines: LineFile, _ criterion: FailureGroups.Criterion) throws {
        var groups = FailureGroups(by: criterion)
        try lines.forEachLine { line in
            groups.add(try Value.parse(line))
            return true
        }
        if toCsv {
            var csv = groups.csv
            return try writing { write in try csv.withUTF8 { try write($0) } }
        }
        if json { return try groups.values.forEach { try Console.print($0) } }
        for line in groups.lines { try Console.print(line) }
    }

    /// A run without a Map Run has one failure at the most: its own.
    private func writeExecution(_ run: RunDirectory) throws {
        guard let failure = try ExecutionResult(run).value, failure["output"] == nil else { return }
        if let groupBy {
            var groups = FailureGroups(by: groupBy)
            groups.add(failure)
            for value in groups.values where json { try Console.print(value) }
            for line in groups.lines where !json { try Console.print(line) }
        } else if json || toCsv {
            try Console.print(failure)
        } else {
            try Console.print(FailureTable.title)
            try Console.print(FailureTable.line(failure))
        }
    }
}

extension FailureGroups.Criterion: ExpressibleByArgument {}
