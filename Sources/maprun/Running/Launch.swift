import Engine
import JSON
import Scheduling

/// How a run was started, as far as it matters when it is resumed from somewhere else.
struct Launch {
    /// The folder it was started in.
    var directory: String
    /// `--max-concurrency`.
    var maxConcurrency: Int?
    /// `--quarantine-after`; 0 for never.
    var quarantineAfter: Int?
    /// `--adaptive`.
    var isAdaptive = false
    /// `--rate`.
    var rate: Rate?
    /// `--max-record-bytes`.
    var maximumRecordBytes: Int?
    /// `--bisect-batches`.
    var bisectsBatches = false
    /// `--bindings`, from the root.
    var bindings: String?
    /// `--mock`, with the file's path from the root.
    var mock: String?
    /// `--limit`, `--sample`, `--items` and `--where`.
    var selection: Selection?

    /// A run that starts now.
    init(maxConcurrency: Int?, bindings: String?, mock: String?) {
        directory = FilePath.workingDirectory
        self.maxConcurrency = maxConcurrency
        self.bindings = bindings.map(FilePath.absolute)
        self.mock = mock.map { MockChoice($0).absolute }
    }

    /// What `run.json` keeps of it.
    var value: Value {
        var object = ObjectValue([Member("directory", .string(directory))])
        object["maxConcurrency"] = maxConcurrency.map { .int($0) }
        object["quarantineAfter"] = quarantineAfter.map { .int($0) }
        if isAdaptive { object["adaptive"] = true }
        object["rate"] = rate.map { .string($0.text) }
        object["maximumRecordBytes"] = maximumRecordBytes.map { .int($0) }
        if bisectsBatches { object["bisectsBatches"] = true }
        object["bindings"] = bindings.map(Value.string)
        object["mock"] = mock.map(Value.string)
        object["selection"] = selection?.value
        return .object(object)
    }

    init(_ value: Value) {
        directory = value["directory"]?.string ?? FilePath.workingDirectory
        maxConcurrency = value["maxConcurrency"]?.number?.int
        quarantineAfter = value["quarantineAfter"]?.number?.int
        isAdaptive = value["adaptive"]?.bool ?? false
        rate = value["rate"]?.string.flatMap(Rate.init(parsing:))
        maximumRecordBytes = value["maximumRecordBytes"]?.number?.int
        bisectsBatches = value["bisectsBatches"] == true
        bindings = value["bindings"]?.string
        mock = value["mock"]?.string
        selection = Selection(value["selection"])
    }
}
