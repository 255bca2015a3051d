import JSON
import Journal
import Records
import StatesLanguage

/// Writes the files of a `ResultWriter` that exports: `SUCCEEDED_n.json` and `FAILED_n.json`.
final class ResultWriterSink: ResultSink {
    private let directory: String
    private let configuration: WriterConfiguration
    private let machine: ExecutionFacts.SharedMachine
    private let stateMachineArn: Text
    private let redrives: ChildRedrives?
    private var succeeded: ResultFileWriter?
    private var failed: ResultFileWriter?
    /// The files of each category, once `finish` has completed them.
    private(set) var files: [ResultCategory: [ResultFile]] = [:]

    init(
        directory: String, configuration: WriterConfiguration, machine: ExecutionFacts.Machine,
        redrives: ChildRedrives?
    ) {
        self.redrives = redrives
        self.directory = directory
        self.configuration = configuration
        self.machine = ExecutionFacts.SharedMachine(machine)
        stateMachineArn = Text(machine.arn)
    }

    func start(at saved: Value?, _ oldEnd: OldEnd) throws(RunError) -> Bool {
        let places = saved?.array?.elements ?? []
        let positions = places.map { ResultPosition($0) ?? ResultPosition() }
        do throws(RecordsError) {
            guard let first = try position(.succeeded, positions.first, oldEnd),
                let second = try position(.failed, positions.last, oldEnd)
            else { return false }
            succeeded = try writer(.succeeded, first)
            failed = try writer(.failed, second)
        } catch {
            // Files that are gone or shorter than they were are made anew from the journal.
            if saved != nil && error.kind == .unwritable { return false }
            throw error.runError
        }
        return true
    }

    private func writer(
        _ category: ResultCategory, _ position: ResultPosition
    ) throws(RecordsError) -> ResultFileWriter {
        try ResultFileWriter(
            directory: directory, category: category, configuration: configuration,
            position: position)
    }

    private func position(
        _ category: ResultCategory, _ saved: ResultPosition?, _ oldEnd: OldEnd
    ) throws(RecordsError) -> ResultPosition? {
        try ResultDrafts(directory, category).position(
            from: saved ?? ResultPosition(), keepsOld: oldEnd != .returns)
    }

    func take(_ outcome: FinishedRecord) throws(RunError) {
        do throws(RecordsError) {
            guard outcome.status == .succeeded else {
                try failed?.append(childRecord(outcome, withNames: true))
                return
            }
            if configuration.transformation == .compact, let output = outcome.output {
                try succeeded?.append(output: output)
            } else {
                let withNames = configuration.transformation == .none
                try succeeded?.append(childRecord(outcome, withNames: withNames))
            }
        } catch {
            throw error.runError
        }
    }

    private func childRecord(_ outcome: FinishedRecord, withNames: Bool) -> ChildRecord {
        outcome.childRecord(
            machine, stateMachineArn: withNames ? stateMachineArn : "", withNames: withNames,
            redrives)
    }

    func save(flushing: Bool) throws(RunError) -> Value {
        do throws(RecordsError) {
            try succeeded?.flush(toDisk: flushing)
            try failed?.flush(toDisk: flushing)
        } catch {
            throw error.runError
        }
        return .array([
            succeeded?.position.value ?? ResultPosition().value,
            failed?.position.value ?? ResultPosition().value,
        ])
    }

    func finish(flushing: Bool) throws(RunError) {
        do throws(RecordsError) {
            files[.succeeded] = try succeeded?.finish()
            files[.failed] = try failed?.finish()
        } catch {
            throw error.runError
        }
    }
}

extension FinishedRecord {
    /// The record that `ResultWriter` files show; names only where they are printed.
    func childRecord(
        _ machine: ExecutionFacts.SharedMachine, stateMachineArn: Text, withNames: Bool,
        _ redrives: ChildRedrives?
    ) -> ChildRecord {
        let own = name.map { String(decoding: $0, as: UTF8.self) }
        let name = withNames ? own ?? ExecutionFacts.childName(machine.machine, item: item) : ""
        var record = ChildRecord(
            ChildRecord.Status(status), name: Text(name),
            executionArn: Text(withNames ? machine.arn(of: name) : ""),
            stateMachineArn: stateMachineArn,
            input: .json(Text(utf8: input ?? UnsafeBufferPointer(start: nil, count: 0))),
            output: output.map { .json(Text(utf8: $0)) }, error: error.map(Text.init(utf8:)),
            cause: cause.map(Text.init(utf8:)),
            startDate: withNames ? Text(Timestamp(milliseconds: startTime).text) : nil,
            stopDate: withNames ? Text(Timestamp(milliseconds: stopTime).text) : nil)
        if let redrives { record.redriveCount = redrives.count(of: item) }
        return record
    }
}

extension ChildRecord.Status {
    init(_ status: ItemStatus) {
        self =
            switch status {
            case .succeeded: .succeeded
            case .failed: .failed
            case .timedOut: .timedOut
            case .aborted: .aborted
            }
    }
}

extension RecordsError {
    /// The same trouble where it stops the whole run.
    var runError: RunError { RunError(.inputOutput, description, path: file) }
}
