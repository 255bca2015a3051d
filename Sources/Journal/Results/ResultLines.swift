import JSON

/// Writes outcomes as JSON Lines: `results.jsonl` has one line for every item, `failures.jsonl`
/// one, with the input, for every item that did not succeed.
public final class ResultLines: ResultSink {
    /// Which items get a line.
    public enum Contents: Sendable { case all, failures }

    private let contents: Contents
    private let countsItems: Bool
    private let file: ResumableFile

    /// Lines in the file at this path; they say how many items they stand for where that may be
    /// any number.
    public init(
        _ contents: Contents, path: String, countsItems: Bool = false,
        files: any FileSystem = SystemFiles()
    ) {
        self.contents = contents
        self.countsItems = countsItems
        file = ResumableFile(path: path, files: files)
    }

    public func start(at saved: Value?, _ oldEnd: OldEnd) throws(RunError) -> Bool {
        try file.start(at: saved, oldEnd)
    }

    public func take(_ outcome: FinishedRecord) throws(RunError) {
        if contents == .failures, outcome.status == .succeeded { return }
        try file.append {
            Self.write(
                outcome, withInput: contents == .failures, countsItems: countsItems, to: &$0)
        }
    }

    public func save(flushing: Bool) throws(RunError) -> Value {
        try file.save(flushing: flushing)
    }

    public func finish(flushing: Bool) throws(RunError) { try file.finish(flushing: flushing) }

    /// Appends the line of one outcome.
    static func write(
        _ outcome: FinishedRecord, withInput: Bool, countsItems: Bool = false,
        to buffer: inout ByteBuffer
    ) {
        buffer.append(#"{"index":"#)
        buffer.append(decimal: outcome.item)
        if countsItems {
            buffer.append(#","items":"#)
            buffer.append(decimal: outcome.itemCount)
        }
        buffer.append(#","status":""#)
        buffer.append(outcome.status.name)
        buffer.append(0x22)
        if withInput { append(#","input":"#, json: outcome.input, to: &buffer) }
        append(#","output":"#, json: outcome.output, to: &buffer)
        append(#","error":"#, text: outcome.error, to: &buffer)
        append(#","cause":"#, text: outcome.cause, to: &buffer)
        append(#","state":"#, text: outcome.state, to: &buffer)
        if outcome.status != .succeeded {
            buffer.append(#","attempts":"#)
            buffer.append(decimal: outcome.attempts)
        }
        buffer.append("}\n")
    }

    private static func append(
        _ name: StaticString, json: UnsafeBufferPointer<UInt8>?, to buffer: inout ByteBuffer
    ) {
        guard let json else { return }
        buffer.append(name)
        buffer.append(json)
    }

    private static func append(
        _ name: StaticString, text: UnsafeBufferPointer<UInt8>?, to buffer: inout ByteBuffer
    ) {
        guard let text else { return }
        buffer.append(name)
        buffer.append(quoting: text)
    }
}
