import CBytes
import JSON

/// The elements of an array, or the members of an object, that is in memory already.
public final class ValueReader: ItemReader, @unchecked Sendable {
    // Proof: one thread at a time uses it, as `ItemReader` demands.
    private let makeItem: (Int) -> Item
    private let end: Int
    private let blockItems: Int
    private var nextIndex = 0

    /// A reader of up to `maxItems` (0 is all) of the parts of `value`.
    public init(_ value: Value, maxItems: Int = 0, blockItems: Int = 128) throws(RecordsError) {
        let count: Int
        switch value {
        case .array(let array):
            let elements = array.elements
            count = elements.count
            makeItem = { Self.item(elements[$0]) }
        case .object(let object):
            let members = object.members
            count = members.count
            makeItem = { Self.item(members[$0]) }
        default:
            throw RecordsError(
                .notIterable, file: "state input",
                "items come from an array or an object, and this is neither",
                awsCause: "Attempting to map over non-iterable node.")
        }
        end = maxItems > 0 ? min(maxItems, count) : count
        self.blockItems = max(blockItems, 1)
    }

    /// Nothing is read from a disk.
    public var progress: ReadingProgress { ReadingProgress(bytesRead: 0, totalBytes: nil) }
    /// Never any.
    public var notes: [String] { [] }

    /// The next items, or nil at the end.
    public func nextBlock() throws(RecordsError) -> ItemBlock? {
        guard nextIndex < end else { return nil }
        let range = nextIndex..<min(nextIndex + blockItems, end)
        nextIndex = range.upperBound
        return ItemBlock(
            items: range.map(makeItem), file: "state input", firstIndex: range.lowerBound)
    }

    /// Passes over up to `count` items.
    public func skip(_ count: Int) throws(RecordsError) -> Int {
        let skipped = min(count, end - nextIndex)
        nextIndex += skipped
        return skipped
    }

    private static func item(_ value: Value) -> Item { Item(value, contentHash: hash(of: value)) }

    private static func item(_ member: Member) -> Item {
        let pair: Value = ["Key": .string(member.key.text), "Value": member.value]
        return Item(pair, key: member.key.text, contentHash: hash(of: pair))
    }
}

/// The content hash of a value that was not read from bytes of its own: that of its JSON text.
package func hash(of value: Value) -> UInt64 {
    var out = ByteBuffer()
    value.write(to: &out)
    return cbytes_hash(out.bytes.baseAddress, out.count)
}
