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
            written. Where an ItemBatcher makes batches, only rows and ItemSelector are looked at. \
            Ends with 0 if there is no bad row and with 1 if there is one.

            EXAMPLES:
              maprun check batch.asl.json --input '{"key": "rows.csv"}'
              maprun check batch.asl.json --input input.json --limit 10
              maprun check batch.asl.json --json | jq .line
            """)

    @Argument(help: ArgumentHelp("The definition; - is standard input.", valueName: "flow"))
    var definition: String

    @Option(help: ArgumentHelp("JSON, a file, or - for standard input.", valueName: "json|file|-"))
    var input = "{}"

    @Option(
        help: ArgumentHelp(
            "What buckets are here; maprun.yaml or template.yaml beside the definition unless "
                + "given.", valueName: "file"))
    var bindings: String?

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
        let launch = Launch(maxConcurrency: nil, bindings: bindings, mock: nil)
        let folders = BucketFolders(
            try Equipment.bindings(path, launch), definitionPath: path, launch: launch)
        let options = RunOptions(
            root: "", name: Definition.name(ofFile: definition), definition: loaded.text,
            definitionPath: path, input: try InputText.value(input), seed: 1)
        let check = try InputCheck(
            options, machine: loaded.machine, now: Timing.now,
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
}

extension InputCheck.Finding {
    /// The bad row as an object of a listing.
    var value: Value {
        var object = ObjectValue()
        object["index"] = index.map { .int($0) }
        object["line"] = line.map { .int($0) }
        object["state"] = state.map(Value.string)
        object["error"] = .string(error)
        object["cause"] = .string(cause)
        return .object(object)
    }

    /// The bad row for people.
    var text: String {
        let places = [line.map { "line \($0)" }, index.map { "item \($0)" }].compactMap { $0 }
        let place = places.isEmpty ? "" : places.joined(separator: ", ") + ": "
        return place + (state.map { "\($0): " } ?? "") + "\(error): \(cause)"
    }
}
