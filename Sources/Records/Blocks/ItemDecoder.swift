import JSON

/// How the bytes of a record become an item.
enum ItemDecoder: Sendable {
    case csv(CSVLayout, detach: Bool)
    /// One JSON value.
    case element
    /// A member of a JSON object: name, colon, value.
    case member
}

/// Where a block starts.
struct BlockPlace: Sendable {
    var file: String
    /// In the decompressed bytes of the file.
    var byteOffset: Int
    var line: Int
    /// What `Map.Item.Source` says of its items.
    var source: Text?
}
