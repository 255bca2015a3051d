import JSON

/// Groups consecutive items into the inputs of child executions.
public struct ItemBatcher: ~Copyable {
    /// One child's items.
    public struct Batch: Sendable {
        /// The child's input: `BatchInput`, if there is one, and `Items`.
        public var input: Value
        /// How many items it has.
        public var count: Int
        /// The bytes of its input as JSON.
        public var bytes: Int
        /// Whether it is one item that is larger than a batch may be: that child fails.
        public var isTooLarge: Bool
    }

    /// What AWS lets a child have as input.
    public static let payloadBytes = 262_144

    private let maxItems: Int
    private let maxBytes: Int
    private let batchInput: Value?
    private let wrapperBytes: Int
    private var items: [Value] = []
    private var bytes = 0
    private var scratch = ByteBuffer()

    /// A batcher with at least one limit; without any, batches are as large as a payload may be.
    public init(
        maxItemsPerBatch: Int? = nil, maxInputBytesPerBatch: Int? = nil, batchInput: Value? = nil
    ) {
        maxItems = max(maxItemsPerBatch ?? .max, 1)
        let isUnlimited = maxItemsPerBatch == nil && maxInputBytesPerBatch == nil
        maxBytes = maxInputBytesPerBatch ?? (isUnlimited ? Self.payloadBytes : .max)
        self.batchInput = batchInput
        wrapperBytes = Self.input(batchInput, []).serializedSize
    }

    /// Adds an item; gives back the batch that had to be closed before it, if any.
    public mutating func add(_ item: Value) -> Batch? {
        scratch.removeAll()
        item.write(to: &scratch)
        let size = scratch.count
        let comma = items.isEmpty ? 0 : 1
        let fits =
            items.count < maxItems && wrapperBytes + bytes + comma + size <= maxBytes
        let closed = fits ? nil : finish()
        bytes += size + (items.isEmpty ? 0 : 1)
        items.append(item)
        return closed
    }

    /// Whether no further item fits by count, so that the batch can be finished at once.
    public var isFull: Bool { items.count >= maxItems }

    /// Gives back the batch that is open, if it has items.
    public mutating func finish() -> Batch? {
        guard !items.isEmpty else { return nil }
        let batch = Batch(
            input: Self.input(batchInput, items), count: items.count,
            bytes: wrapperBytes + bytes, isTooLarge: wrapperBytes + bytes > maxBytes)
        items = []
        bytes = 0
        return batch
    }

    private static func input(_ batchInput: Value?, _ items: [Value]) -> Value {
        guard let batchInput else { return ["Items": .array(items)] }
        return ["BatchInput": batchInput, "Items": .array(items)]
    }
}
