import JSON

/// The outcome of an item as it lies in a reader's buffer: valid until the reader goes on.
public struct FinishedRecord {
    private let payload: UnsafeRawBufferPointer

    /// The outcome in a payload that `isPlausible`, as those that readers give are.
    init(checked payload: UnsafeRawBufferPointer) { self.payload = payload }

    /// Whether the lengths in a payload fit each other.
    static func isPlausible(_ payload: UnsafeRawBufferPointer) -> Bool {
        guard payload.count >= FinishedLayout.fixedSize, ItemStatus(rawValue: payload[40]) != nil
        else { return false }
        var end = FinishedLayout.fixedSize
        for index in 0..<7 { end += size(index, payload) }
        return end == payload.count
    }

    /// The item's position in its source, from 0.
    public var item: Int { Int(payload.integer(at: 0, as: UInt64.self)) }
    /// The hash of the item's content.
    public var contentHash: UInt64 { payload.integer(at: 8, as: UInt64.self) }
    /// When it started, in milliseconds since 1970.
    public var startTime: Int { Int(payload.integer(at: 16, as: UInt64.self)) }
    /// When it ended, in milliseconds since 1970.
    public var stopTime: Int { Int(payload.integer(at: 24, as: UInt64.self)) }
    /// How many times its last task was tried.
    public var attempts: Int { Int(payload.integer(at: 32, as: UInt32.self)) }
    /// How many items of the source it stands for.
    public var itemCount: Int { Int(payload.integer(at: 36, as: UInt32.self)) }
    /// How it ended.
    public var status: ItemStatus { ItemStatus(rawValue: payload[40]) ?? .failed }

    /// The child execution's name.
    public var name: UnsafeBufferPointer<UInt8>? { part(0) }
    /// The input as JSON text.
    public var input: UnsafeBufferPointer<UInt8>? { part(1) }
    /// The output as JSON text.
    public var output: UnsafeBufferPointer<UInt8>? { part(2) }
    /// The error's name, not quoted.
    public var error: UnsafeBufferPointer<UInt8>? { part(3) }
    /// The error's cause, not quoted.
    public var cause: UnsafeBufferPointer<UInt8>? { part(4) }
    /// The state that failed, not quoted.
    public var state: UnsafeBufferPointer<UInt8>? { part(5) }
    /// The item as it was read, or an array of those of a batch, where the input is another.
    public var source: UnsafeBufferPointer<UInt8>? { part(6) }

    private static func length(_ index: Int, _ payload: UnsafeRawBufferPointer) -> UInt32 {
        payload.integer(at: FinishedLayout.lengthsOffset + 4 * index, as: UInt32.self)
    }

    private static func size(_ index: Int, _ payload: UnsafeRawBufferPointer) -> Int {
        let length = length(index, payload)
        return length == FinishedLayout.none ? 0 : Int(length)
    }

    private func part(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
        let length = Self.length(index, payload)
        guard length != FinishedLayout.none else { return nil }
        var start = FinishedLayout.fixedSize
        for earlier in 0..<index { start += Self.size(earlier, payload) }
        return payload.part(start..<start + Int(length)).assumingMemoryBound(to: UInt8.self)
    }

    /// The outcome as a value of its own.
    public func copied() throws(ParseError) -> FinishedItem {
        FinishedItem(
            item: item, contentHash: contentHash, status: status, startTime: startTime,
            stopTime: stopTime, attempts: attempts, itemCount: itemCount,
            name: name.map(Text.init(utf8:)), input: try Self.value(input),
            output: try Self.value(output), error: error.map(Text.init(utf8:)),
            cause: cause.map(Text.init(utf8:)),
            state: state.map(Text.init(utf8:)), source: try Self.value(source))
    }

    private static func value(
        _ bytes: UnsafeBufferPointer<UInt8>?
    ) throws(ParseError) -> Value? {
        guard let bytes else { return nil }
        return try Value.parse(bytes)
    }
}
