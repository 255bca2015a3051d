import JSON

/// The item that an iteration of a Map is for.
public struct MapItem: Sendable {
    /// Its place among the items, from 0.
    public var index: Int
    /// The item, or the value of a member of the object that was read.
    public var value: Value
    /// The name of the member of the object that was read.
    public var key: Text?
    /// The file it was read from; distributed Maps only.
    public var source: Text?

    /// An item.
    public init(index: Int, value: Value, key: Text? = nil, source: Text? = nil) {
        self.index = index
        self.value = value
        self.key = key
        self.source = source
    }

    /// The member `Map` of the Context object: `{"Item": {"Index", "Value", …}}`.
    var map: Value {
        var item: [Member] = []
        item.reserveCapacity(4)
        item.append(Member(Self.indexKey, .int(index)))
        item.append(Member(Self.valueKey, value))
        if let key { item.append(Member(Self.keyKey, .string(key))) }
        if let source { item.append(Member(Self.sourceKey, .string(source))) }
        return .object([Member(Self.itemKey, .object(item))])
    }

    // Interned once, not for each item.
    private static let itemKey: Key = "Item"
    private static let indexKey: Key = "Index"
    private static let valueKey: Key = "Value"
    private static let keyKey: Key = "Key"
    private static let sourceKey: Key = "Source"
}
