import ArgumentParser
import Engine
import JSON
import Reporting

/// Finds the rows of an input that a workflow would trip over.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Finds bad rows of an input before anything is run.",
        discussion: """
            Reads the input of the first distributed Map: rows with more or fewer fields than the \
            header, what is no JSON or no UTF-8, items for which ItemSelector fails, and items \
            that fail in the states before their first task. No task is called and nothing is \
            written; with --mock tasks have the answers of a test case, also before the Map, and \
            items are followed beyond them. Where items are batched, batches are checked behind \
            their rows. Ends with 0 if there is no bad row and with 1 if there is one.

            --schema also checks each row against a JSON Schema. Rows of CSV have only texts: \
            where the schema wants a number, a truth value or null, a text that spells one is one, \
            and an empty text is nothing at all. A keyword that is not known is an error.

            EXAMPLES:
              maprun check batch.asl.json --input '{"key": "rows.csv"}'
              maprun check batch.asl.json --input input.json --limit 10
              maprun check batch.asl.json --schema row.schema.json
              maprun check batch.asl.json --mock MockConfigFile.json#HappyPath
              maprun check batch.asl.json --json | jq .line
            """)

    @Argument(help: ArgumentHelp("The definition; - is standard input.", valueName: "flow"))
    var definition: String

    @Option(help: ArgumentHelp("JSON, a file, or - for standard input.", valueName: "json|file|-"))
    var input = "{}"

    @OptionGroup var schemaOptions: SchemaOptions
    @OptionGroup var taskOptions: TaskOptions
    @OptionGroup var recordLimit: RecordLimit

    @Option(help: "How many bad rows are shown at the most; all are counted.")
    var limit: Int?

    @Flag(help: "One JSON object a line.")
    var json = false

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    func run() throws {
        let loaded = try Definition.load(definition)
        let path = FilePath.absolute(definition)
        let launch = taskOptions.launch()
        let folders = BucketFolders(
            try Equipment.bindings(path, launch), definitionPath: path, launch: launch)
        let options = RunOptions(
            root: "", name: Definition.name(ofFile: definition), definition: loaded.text,
            definitionPath: path, input: try InputText.value(input), seed: 1)
        let check = try InputCheck(
            options, machine: loaded.machine, now: Timing.now, mocks: mocks(launch),
            demand: schemaOptions.demand(),
            maximumRecordBytes: recordLimit.maximum?.bytes ?? 64 << 20,
            folder: { folders.folder($0) })
        var shown = 0
        try check.run { finding in
            guard shown < limit ?? .max else { return }
            shown += 1
            try json ? Console.print(finding.value) : Console.print(finding.text)
        }
        let hidden = check.bad - shown
        if !json {
            let more = hidden > 0 ? ", \(Quantity.grouped(hidden)) of them not shown" : ""
            try Console.print(
                "\(Quantity.count(check.items, "item")) of '\(check.mapState)', "
                    + "\(Quantity.grouped(check.bad)) bad\(more)")
        }
        if check.bad > 0 { throw ExitStatus.executionFailed }
    }

    private func mocks(_ launch: Launch) throws -> InputCheck.Mocks? {
        try launch.mock.map { mock in
            let tasks = try MockChoice(mock).tasks(next: UnansweredTasks())
            return InputCheck.Mocks(tasks, states: tasks.states)
        }
    }
}

extension InputCheck.Finding {
    /// The bad row as an object of a listing.
    var value: Value {
        var object = ObjectValue()
        object["index"] = index.map { .int($0) }
        if let batch {
            object["batch"] = .int(batch.index)
            object["items"] = [.int(batch.items.lowerBound), .int(batch.items.upperBound)]
        }
        object["file"] = file.map(Value.string)
        object["line"] = line.map { .int($0) }
        object["state"] = state.map(Value.string)
        object["error"] = .string(error)
        object["cause"] = .string(cause)
        return .object(object)
    }

    /// The bad row for people.
    var text: String {
        let items = batch.map {
            "batch \($0.index) of items \($0.items.lowerBound) to \($0.items.upperBound)"
        }
        let places = [file, line.map { "line \($0)" }, index.map { "item \($0)" }, items]
            .compactMap { $0 }
        let place = places.isEmpty ? "" : places.joined(separator: ", ") + ": "
        return place + (state.map { "\($0): " } ?? "") + "\(error): \(cause)"
    }
}

/// Never answers: what a test case does not answer for is not called.
private struct UnansweredTasks: TaskHandler {
    func start(_ request: TaskRequest, completion: @escaping TaskCompletion) -> TaskCancellation? {
        nil
    }
}
