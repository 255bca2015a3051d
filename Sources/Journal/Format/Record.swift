import JSON

/// One record as it lies in a reader's buffer: valid until the reader goes on.
public struct Record {
    /// What it says.
    public let type: RecordType
    /// Where it starts.
    public let position: JournalPosition
    /// The framed record.
    let frame: UnsafeRawBufferPointer

    /// Where the next record starts, if it lies in the same segment.
    public var end: JournalPosition { JournalPosition(raw: position.raw + UInt64(frame.count)) }

    /// The payload.
    var payload: UnsafeRawBufferPointer { frame.part(FrameHeader.size..<frame.count) }

    /// The item the record is about; nil for those that are about the whole.
    public var item: Int? {
        switch type {
        case .started, .event, .finished, .reopened, .identified:
            let number = payload.integer(at: 0, as: UInt64.self)
            return number == .max ? nil : Int(number)
        case .sealed, .note, .announced, .checkpoint: return nil
        }
    }

    /// Whether a payload is long enough for what it says to hold.
    static func isPlausible(_ type: RecordType, _ payload: UnsafeRawBufferPointer) -> Bool {
        switch type {
        case .started, .identified: payload.count >= 16
        case .event: EventRecord(payload: payload) != nil
        case .finished: FinishedRecord.isPlausible(payload)
        case .sealed, .announced: payload.count == 8
        case .reopened: payload.count == 13 && ItemStatus(rawValue: payload[12]) != nil
        case .note, .checkpoint:
            payload.count >= 4
                && payload.count - 4 >= Int(payload.integer(at: 0, as: UInt32.self))
        }
    }

    /// The outcome, of a `finished` record.
    public var finished: FinishedRecord? {
        type == .finished ? FinishedRecord(checked: payload) : nil
    }

    /// The event, of an `event` record.
    public var event: EventRecord? {
        type == .event ? EventRecord(payload: payload) : nil
    }

    /// The number of items, of a `sealed` record.
    public var sealedTotal: Int? {
        type == .sealed ? Int(payload.integer(at: 0, as: UInt64.self)) : nil
    }

    /// The position before which all was announced, of an `announced` record.
    var announced: JournalPosition? {
        guard type == .announced else { return nil }
        return JournalPosition(raw: payload.integer(at: 0, as: UInt64.self))
    }

    /// The status the item had, and how many it stood for, of a `reopened` record.
    var reopened: (status: ItemStatus, itemCount: Int)? {
        guard type == .reopened, let status = ItemStatus(rawValue: payload[12]) else {
            return nil
        }
        return (status, Int(payload.integer(at: 8, as: UInt32.self)))
    }

    /// Name and time, of a `started` record.
    public var started: (name: Text, time: Int)? {
        guard type == .started else { return nil }
        let name = payload.part(16..<payload.count)
        return (
            Text(utf8: name.assumingMemoryBound(to: UInt8.self)),
            Int(payload.integer(at: 8, as: UInt64.self))
        )
    }

    /// Content hash and key, of an `identified` record; an item without a key has an empty one.
    public var identified: (contentHash: UInt64, key: UnsafeBufferPointer<UInt8>)? {
        guard type == .identified else { return nil }
        let key = payload.part(16..<payload.count).assumingMemoryBound(to: UInt8.self)
        return (payload.integer(at: 8, as: UInt64.self), key)
    }

    /// Kind and payload, of a `note` record.
    public var note: Note? {
        guard type == .note else { return nil }
        let size = Int(payload.integer(at: 0, as: UInt32.self))
        let kind = payload.part(4..<4 + size).assumingMemoryBound(to: UInt8.self)
        let rest = payload.part(4 + size..<payload.count).assumingMemoryBound(to: UInt8.self)
        guard let value = try? Value.parse(rest) else { return nil }
        return Note(kind: Text(utf8: kind), payload: value)
    }
}

/// Something a Map Run or a parent execution was asked to remember.
public struct Note: Sendable, Equatable {
    /// What sort of note it is.
    public var kind: Text
    /// What it says.
    public var payload: Value

    /// A note of this kind.
    public init(kind: Text, payload: Value) {
        self.kind = kind
        self.payload = payload
    }
}
