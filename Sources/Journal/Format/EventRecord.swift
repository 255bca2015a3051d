import JSON

/// What an execution needs to continue, as it lies in a reader's buffer.
public struct EventRecord {
    private let record: UnsafeRawBufferPointer

    init?(payload: UnsafeRawBufferPointer) {
        record = payload
        guard payload.count >= 16, 16 + scopeSize <= payload.count else { return nil }
    }

    private var scopeSize: Int { Int(record.integer(at: 12, as: UInt32.self)) }

    /// The item; nil in a parent's journal.
    public var item: Int? {
        let number = record.integer(at: 0, as: UInt64.self)
        return number == .max ? nil : Int(number)
    }

    /// The number of the event within its scope.
    public var sequence: Int { Int(record.integer(at: 8, as: UInt32.self)) }

    /// Where in the execution it happened.
    public var scope: UnsafeBufferPointer<UInt8> {
        record.part(16..<16 + scopeSize).assumingMemoryBound(to: UInt8.self)
    }

    /// What happened, as JSON text.
    public var payload: UnsafeBufferPointer<UInt8> {
        record.part(16 + scopeSize..<record.count).assumingMemoryBound(to: UInt8.self)
    }

    /// The event as a value of its own.
    public func copied() throws(ParseError) -> Event {
        Event(
            item: item, scope: Text(utf8: scope), sequence: sequence,
            payload: try Value.parse(payload))
    }
}

/// What an execution needs to continue after a point.
public struct Event: Sendable, Equatable {
    /// The item; nil in a parent's journal.
    public var item: Int?
    /// Where in the execution it happened.
    public var scope: Text
    /// The number of the event within its scope.
    public var sequence: Int
    /// What happened.
    public var payload: Value
}
