import JSON
import Journal
import Records

/// Writes `failures.csv`: the rows of the items that failed, with columns that say why, ready to
/// be edited and fed back.
final class FailedRowsSink: ResultSink {
    private let file: ResumableFile
    private let header: [String]?
    private let delimiter: CSVDelimiter
    private let isBatched: Bool
    private var writer: FailedRowWriter?

    /// Rows with the columns of the source, if it has any, and all that items bring along besides.
    init(path: String, header: [String]?, delimiter: CSVDelimiter, isBatched: Bool) {
        self.isBatched = isBatched
        file = ResumableFile(path: path)
        self.header = header
        self.delimiter = delimiter
    }

    func start(at saved: Value?, _ oldEnd: OldEnd) throws(RunError) -> Bool {
        let columns = saved?["columns"]?.array?.compactMap(\.string)
        writer = columns.map { FailedRowWriter(columns: $0, delimiter: delimiter) }
        guard try file.start(at: saved?["length"], oldEnd) else { return false }
        guard let writer else { return true }
        // It may have got more columns after that was saved.
        var title = ByteBuffer()
        writer.writeHeader(to: &title)
        return try file.begins(with: title.bytes)
    }

    func take(_ outcome: FinishedRecord) throws(RunError) {
        guard outcome.status != .succeeded, let bytes = outcome.source ?? outcome.input else {
            return
        }
        let source: Value
        do {
            source = try Value.parse(bytes)
        } catch {
            throw RunError(.damaged, "the input of item \(outcome.item) is not JSON: \(error)")
        }
        let failure = FailureColumns(
            error: outcome.error.map(Text.init(utf8:)) ?? "",
            cause: outcome.cause.map(Text.init(utf8:)) ?? "",
            state: outcome.state.map(Text.init(utf8:)) ?? "",
            attempts: outcome.attempts, index: outcome.item)
        for item in isBatched && outcome.source != nil ? source.array?.elements ?? [] : [source] {
            if try write(item, failure) { continue }
            try addColumns(of: item)
            _ = try write(item, failure)
        }
    }

    /// Writes a row, if there is a column for each of the item's members.
    private func write(_ item: Value, _ failure: FailureColumns) throws(RunError) -> Bool {
        guard let writer else { return false }
        var fits = false
        try file.append { out in
            let start = out.count
            fits = writer.write(item, failure, to: &out)
            if !fits { out.removeAll(keeping: start) }
        }
        return fits
    }

    private func addColumns(of item: Value) throws(RunError) {
        let before = writer?.names.count
        var wider = writer ?? FailedRowWriter(columns: header ?? [], delimiter: delimiter)
        _ = wider.addColumns(of: item)
        writer = wider
        guard let before else { return try file.append { wider.writeHeader(to: &$0) } }
        var place = WideningPlace()
        let added = wider.names.count - before
        try file.rewrite { wider.widen(by: added, $0, &place, to: &$1) }
    }

    func save(flushing: Bool) throws(RunError) -> Value {
        var place = ObjectValue([Member("length", try file.save(flushing: flushing))])
        place["columns"] = (writer?.names).map { .array($0.map { .string($0) }) }
        return .object(place)
    }

    func finish(flushing: Bool) throws(RunError) { try file.finish(flushing: flushing) }
}
