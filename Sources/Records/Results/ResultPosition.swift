import JSON

/// How far the files of one category are written: what a checkpoint keeps.
public struct ResultPosition: Sendable, Equatable {
    /// The bytes of the files that are closed.
    public var closedSizes: [Int] = []
    /// Bytes in the file that is open.
    public var bytes = 0
    /// Elements in the file that is open.
    public var elements = 0

    /// The position before the first byte.
    public init() {}

    /// The position as a value to be stored.
    public var value: Value {
        [
            "closed": .array(closedSizes.map { .int($0) }), "bytes": .int(bytes),
            "elements": .int(elements),
        ]
    }

    /// A position that was stored.
    public init?(_ value: Value) {
        guard let closed = value["closed"]?.array, let bytes = value["bytes"]?.number?.int,
            let elements = value["elements"]?.number?.int
        else { return nil }
        closedSizes = closed.compactMap { $0.number?.int }
        self.bytes = bytes
        self.elements = elements
        guard closedSizes.count == closed.count else { return nil }
    }
}
