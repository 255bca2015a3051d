import JSON
import Journal

/// The results of a run, line by line in item order, as often as they are asked for.
public struct ResultSource: Sendable {
    private enum Origin: Sendable {
        case file(String)
        case line(Value?)
    }

    private let origin: Origin
    private let statuses: Set<String>

    /// The results in the folder of a Map Run, or without one the outcome of the run itself; only
    /// those of these statuses, if there are any.
    public init(_ run: RunDirectory, mapRun: String?, statuses: Set<String> = []) throws(RunError) {
        self.statuses = statuses
        if let mapRun {
            origin = .file(mapRun + "/results.jsonl")
        } else {
            origin = .line(try ExecutionResult(run).value)
        }
    }

    /// Calls `body` with blocks of whole lines; each is valid during the call.
    public func forEachBlock(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        if case .file(let path) = origin, statuses.isEmpty {
            return try LineFile(path).forEachBlock(body)
        }
        var buffer = ByteBuffer(capacity: 1 << 16)
        try forEachLine { line in
            buffer.append(line)
            buffer.append(0x0A)
            guard buffer.count >= 1 << 16 else { return }
            try body(buffer.bytes)
            buffer.removeAll()
        }
        if buffer.count > 0 { try body(buffer.bytes) }
    }

    /// Calls `body` with each line, without its break.
    public func forEachLine(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        switch origin {
        case .file(let path):
            try LineFile(path).forEachLine { line in
                if try includes(line) { try body(line) }
                return true
            }
        case .line(let value):
            guard let value else { return }
            var text = value.serialized
            try text.withUTF8 { line in if try includes(line) { try body(line) } }
        }
    }

    /// Calls `body` with each line's value.
    func forEachValue(_ body: (Value) throws -> Void) throws {
        try forEachLine { try body(Value.parse($0)) }
    }

    private func includes(_ line: UnsafeBufferPointer<UInt8>) throws -> Bool {
        guard !statuses.isEmpty else { return true }
        return try Value.parse(line)["status"]?.string.map(statuses.contains) ?? false
    }
}
