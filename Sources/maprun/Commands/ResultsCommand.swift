import ArgumentParser
import Glibc
import JSON
import Records
import Reporting

/// Writes the results of a run.
struct ResultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results", abstract: "Writes the outcome of every item, in item order.",
        discussion: """
            As JSON Lines, one object a line: index and status, then output, or error, cause, \
            state and attempts. A run without a Map Run has one line, the execution's.

            CSV and Parquet have a column for each of these and for each field of the outputs, \
            such as output.child.age; --columns chooses, by names, dotted paths or JSON Pointers. \
            Parquet needs a Python with pyarrow, python3 or what MAPRUN_PYTHON names.

            EXAMPLES:
              maprun results last
              maprun results last --map Registrations > results.jsonl
              maprun results last --format csv --columns index,output.fee,/output/child/firstName
              maprun results last --format parquet --status succeeded > results.parquet
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var mapRun: MapRunOption

    @Option(help: "jsonl, json (one array), csv or parquet.")
    var format = ResultFormat.jsonl

    @Option(
        help: ArgumentHelp(
            "Only these: index, status, output.child.age, /output/child/age.", valueName: "list"))
    var columns: String?

    @Option(
        help: ArgumentHelp(
            "Only items that ended so: succeeded, failed, timed_out, aborted.", valueName: "list"))
    var status: String?

    @Flag(help: "JSON Lines, which results are unless --format says something else.")
    var json = false

    private static let statuses = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]

    func validate() throws {
        if json && format != .jsonl {
            throw ValidationError("--json and --format \(format.rawValue) contradict each other")
        }
        _ = try (chosenColumns(), chosenStatuses())
    }

    func run() throws {
        let run = try runsFolder.open(name)
        let source = try ResultSource(
            run, mapRun: mapRun.folder(in: run), statuses: chosenStatuses())
        let chosen = try chosenColumns()
        let writing = ResultWriting(source) { try Console.write($0) }
        switch format {
        case .jsonl: try writing.lines(chosen)
        case .json: try writing.array(chosen)
        case .csv:
            if let chosen { return try writing.csv(chosen) }
            try writing.csv(ResultColumns(of: source, findingKinds: false))
        case .parquet: try writeParquet(source, chosen)
        }
    }

    private func writeParquet(_ source: ResultSource, _ chosen: [ResultColumn]?) throws {
        guard isatty(STDOUT_FILENO) == 0 else {
            throw UsageError("Parquet is not for a terminal; send it to a file: > results.parquet")
        }
        do {
            let writer = try ParquetWriter(python: ReaderConfiguration.standardPython)
            let columns =
                try chosen.map { try ResultColumns($0, of: source, findingKinds: true) }
                ?? ResultColumns(of: source, findingKinds: true)
            try ResultWriting(source) { try writer.write($0) }.typedRows(columns)
            try writer.finish()
        } catch let error as RecordsError {
            throw UsageError(error.message)
        }
    }

    private func chosenColumns() throws -> [ResultColumn]? {
        try columns?.split(separator: ",").map { name in
            guard let column = ResultColumn(String(name)) else {
                throw ValidationError(
                    "there is no column '\(name)'; a column begins with one of "
                        + ResultColumn.members.joined(separator: ", "))
            }
            return column
        }
    }

    private func chosenStatuses() throws -> Set<String> {
        let names = status?.split(separator: ",").map { $0.uppercased() } ?? []
        if let wrong = names.first(where: { !Self.statuses.contains($0) }) {
            throw ValidationError(
                "there is no status '\(wrong.lowercased())'; choose among "
                    + Self.statuses.joined(separator: ", ").lowercased())
        }
        return Set(names)
    }
}

/// `--format`.
enum ResultFormat: String, ExpressibleByArgument, CaseIterable {
    case jsonl, json, csv, parquet
}
