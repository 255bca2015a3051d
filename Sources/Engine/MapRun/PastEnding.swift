import JSON
import Journal

/// How an item ended before its row became another: an outcome that is not carried over. A line of
/// `rebase.<n>.jsonl`; older versions wrote those of other items there too that were void.
struct PastEnding {
    /// The item's index then.
    var item: Int
    var outcome: FinishedItem
    /// Whether a redrive had made it void before.
    var isVoid: Bool

    /// The endings in a journal of items whose row has changed.
    static func forEach(
        in folder: String, changed: ItemSet, _ body: (PastEnding) throws(RunError) -> Void
    ) throws(RunError) {
        guard changed.count > 0 else { return }
        let state = try RecoveredMapRun.read(folder).state
        var ended = ItemSet()
        var reader = try JournalReader(directory: folder)
        while let record = try reader.next() {
            guard let item = record.item, changed.contains(item) else { continue }
            if record.type == .reopened { _ = ended.remove(item) }
            guard let outcome = record.finished, ended.insert(item) else { continue }
            try body(PastEnding(outcome, isVoid: !state.counts(outcome, at: record)))
        }
    }

    private init(_ record: FinishedRecord, isVoid: Bool) {
        item = record.item
        outcome = .failed(
            record.item, status: record.status, started: record.startTime,
            stopped: record.stopTime, error: record.error.map(Text.init(utf8:)), cause: nil,
            state: record.state.map(Text.init(utf8:)), attempts: record.attempts)
        self.isVoid = isVoid
    }

    /// An ending that was kept; nil if the line is of something else.
    init?(_ line: Value) {
        guard let item = line["past"]?.number?.int, let name = line["status"]?.string,
            let status = ItemStatus.allCases.first(where: { "\($0.name)" == name }),
            let started = line["started"]?.number?.int, let stopped = line["stopped"]?.number?.int
        else { return nil }
        self.item = item
        outcome = .failed(
            item, status: status, started: started, stopped: stopped, error: line["error"]?.text,
            cause: nil, state: line["state"]?.text, attempts: line["attempts"]?.number?.int ?? 1)
        isVoid = line["void"] == true
    }

    /// The line.
    var value: Value {
        var object = ObjectValue([
            Member("past", .int(item)), Member("status", .string("\(outcome.status.name)")),
            Member("started", .int(outcome.startTime)), Member("stopped", .int(outcome.stopTime)),
            Member("attempts", .int(outcome.attempts)), Member("void", .bool(isVoid)),
        ])
        object["error"] = outcome.error.map(Value.string)
        object["state"] = outcome.state.map(Value.string)
        return .object(object)
    }
}
