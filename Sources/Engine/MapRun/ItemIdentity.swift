import JSON

/// What an item is recognised by when its input has changed.
struct ItemIdentity: Sendable {
    /// The hash of the bytes it was read from.
    var contentHash: UInt64
    /// Its key, where the run has chosen one and the item has it.
    var key: Text?
}

/// Where items have the key by which they are recognised though their content has changed.
public enum ItemKey: Sendable, Equatable {
    /// A member of the item, such as a column of a row.
    case column(String)
    /// A place within the item.
    case pointer(JSONPointer)

    /// A column's name, or a JSON Pointer, which begins with a slash; nil if it is neither.
    public init?(parsing text: String) {
        if text.hasPrefix("/") {
            guard let pointer = JSONPointer(parsing: text) else { return nil }
            self = .pointer(pointer)
        } else {
            guard !text.isEmpty else { return nil }
            self = .column(text)
        }
    }

    /// The key of an item as text; nil where it has none, or null or an empty one.
    public func text(of item: Value) -> Text? {
        let value: Value?
        switch self {
        case .column(let name): value = item[Key(name)]
        case .pointer(let pointer): value = pointer.resolve(in: item)
        }
        guard let value, !value.isNull else { return nil }
        let text = value.text ?? Text(value.serialized)
        return text.isEmpty ? nil : text
    }
}
