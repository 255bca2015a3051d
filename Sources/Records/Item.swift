import JSON

/// One item of a dataset.
public struct Item: Sendable {
    /// What the child gets as input when no `ItemSelector` makes something else of it.
    public var value: Value
    /// The member's name when the members of a JSON object are iterated over.
    public var key: Text?
    /// The file it comes from when a folder's files are read one after another.
    public var source: Text?
    /// A hash of the bytes it was read from, and of the file's header if it has one, the same for
    /// ever: recognises an edited input.
    public var contentHash: UInt64
    /// Where it starts, in decompressed bytes from the start of its file.
    public var byteOffset: Int

    /// An item.
    public init(
        _ value: Value, key: Text? = nil, source: Text? = nil, contentHash: UInt64,
        byteOffset: Int = 0
    ) {
        self.value = value
        self.key = key
        self.source = source
        self.contentHash = contentHash
        self.byteOffset = byteOffset
    }

    /// What `Map.Item.Value` of the Context object is: of a member its value alone.
    public var contextValue: Value {
        key == nil ? value : value["Value"] ?? .null
    }
}
