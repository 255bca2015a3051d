import JSON
import Journal
import Records
import StatesLanguage

/// Writes `records.jsonl`: the records of all children in item order, which are the state's result
/// where `WriterConfig` asks for them and nothing is exported.
final class RecordLines: ResultSink {
    static let fileName = "records.jsonl"

    private let file: ResumableFile
    private let machine: ExecutionFacts.SharedMachine
    private let stateMachineArn: Text
    private let redrives: ChildRedrives?
    private var formatter = ResultFormatter(WriterConfiguration(.jsonLines, .none))

    init(folder: String, machine: ExecutionFacts.Machine, redrives: ChildRedrives?) {
        self.redrives = redrives
        file = ResumableFile(path: folder + "/" + Self.fileName)
        self.machine = ExecutionFacts.SharedMachine(machine)
        stateMachineArn = Text(machine.arn)
    }

    func start(at saved: Value?, _ oldEnd: OldEnd) throws(RunError) -> Bool {
        try file.start(at: saved, oldEnd)
    }

    func take(_ outcome: FinishedRecord) throws(RunError) {
        let record = outcome.childRecord(
            machine, stateMachineArn: stateMachineArn, withNames: true, redrives)
        try file.append { _ = formatter.append(record, isFirst: true, to: &$0) }
    }

    func save(flushing: Bool) throws(RunError) -> Value { try file.save(flushing: flushing) }

    func finish(flushing: Bool) throws(RunError) { try file.finish(flushing: flushing) }
}

extension MapRunRequest.Writer {
    /// Whether the state's result is the children's records, with all metadata.
    var showsRecords: Bool { bucket == nil && transformation == "NONE" }
}

extension FinishedItem {
    /// The record of a child whose outcome is in memory, as a value.
    func recordValue(_ machine: ExecutionFacts.Machine) -> Value {
        let name = name?.string ?? ExecutionFacts.childName(machine, item: item)
        let record = ChildRecord(
            ChildRecord.Status(status), name: Text(name),
            executionArn: Text(ExecutionFacts.arn(of: name, machine)),
            stateMachineArn: Text(machine.arn), input: .value(input ?? .null),
            output: output.map { .value($0) }, error: error, cause: cause,
            startDate: Text(Timestamp(milliseconds: startTime).text),
            stopDate: Text(Timestamp(milliseconds: stopTime).text))
        var formatter = ResultFormatter(WriterConfiguration(.jsonLines, .none))
        var text = ByteBuffer()
        _ = formatter.append(record, isFirst: true, to: &text)
        // What was just written is JSON.
        return (try? Value.parse(text.bytes)) ?? .null
    }
}
