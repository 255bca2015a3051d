import JSON

/// How far the files of one category are written: what a checkpoint keeps.
public struct ResultPosition: Sendable, Equatable {
    /// The bytes of the files that are closed.
    public var closedSizes: [Int] = []
    /// Bytes in the file that is open.
    public var bytes = 0
    /// Elements in the file that is open.
    public var elements = 0
    /// The first file that is a draft: it takes the place of the one before it once all are
    /// complete. None is where this is nil.
    public var drafts: Int?

    /// The position before the first byte.
    public init() {}

    /// The position as a value to be stored.
    public var value: Value {
        var object: ObjectValue = ObjectValue([
            Member("closed", .array(closedSizes.map { .int($0) })), Member("bytes", .int(bytes)),
            Member("elements", .int(elements)),
        ])
        object["drafts"] = drafts.map { .int($0) }
        return .object(object)
    }

    /// A position that was stored.
    public init?(_ value: Value) {
        guard let closed = value["closed"]?.array, let bytes = value["bytes"]?.number?.int,
            let elements = value["elements"]?.number?.int
        else { return nil }
        closedSizes = closed.compactMap { $0.number?.int }
        self.bytes = bytes
        self.elements = elements
        drafts = value["drafts"]?.number?.int
        guard closedSizes.count == closed.count else { return nil }
    }
}
