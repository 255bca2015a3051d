import JSON
import Journal
import Records
import StatesLanguage

/// Items that one child gets together.
struct Batch: Sendable {
    /// One of them.
    struct Element: Sendable {
        /// What the ItemSelector made of it.
        var value: Value
        /// The item as it was read.
        var source: Value
        /// The bytes of `value`.
        var size: Int
        var identity: ItemIdentity
    }

    /// `BatchInput`.
    var input: Value?
    var elements: [Element]

    /// The child's input.
    var value: Value {
        var members: [Member] = []
        if let input { members.append(Member("BatchInput", input)) }
        members.append(Member("Items", .array(elements.map(\.value))))
        return .object(members)
    }

    /// The child that gets it.
    var child: ChildInput {
        let identity = identity
        return ChildInput(
            input: value, contentHash: identity.contentHash, itemCount: elements.count,
            source: .array(elements.map(\.source)), key: identity.key)
    }

    /// A batch is recognised as a whole: by the contents, and the keys, of all its items.
    var identity: ItemIdentity {
        var hash: UInt64 = 0
        for item in elements {
            hash = hash &* 0x9E37_79B9_7F4A_7C15 ^ item.identity.contentHash
        }
        let keys = elements.compactMap { $0.identity.key?.string }
        let key = keys.isEmpty ? nil : Text(keys.joined(separator: "\n"))
        return ItemIdentity(contentHash: hash, key: key)
    }

    /// A part of it, by places within it.
    func part(_ range: Range<Int>) -> Batch {
        Batch(input: input, elements: Array(elements[range]))
    }
}

/// What has become of a batch that is split where it fails: a child for each part, numbered by its
/// first item.
struct PartBlock: ChildBlock {
    let batch: Batch
    /// The first item of the batch.
    let first: Int
    let parts: [Range<Int>]
    private let mayHaveBegun: Bool
    /// Knows what takes the place of parts.
    private var shaper: ItemShaper?

    /// The parts that a batch has become so far.
    init(batch: Batch, first: Int, splits: BatchSplits, shaper: ItemShaper?) {
        self.shaper = shaper
        self.batch = batch
        self.first = first
        mayHaveBegun = true
        parts = splits.parts(of: first, count: batch.elements.count)
    }

    /// The batch as it was before it was split.
    var whole: PartBlock {
        PartBlock(batch: batch, first: first, splits: BatchSplits(), shaper: nil)
    }

    /// The halves of a batch, or of a part of one, that has failed.
    init(halvesOf batch: Batch, first: Int) {
        self.batch = batch
        self.first = first
        mayHaveBegun = false
        let end = first + batch.elements.count
        let middle = BatchSplits.middle(first, batch.elements.count)
        parts = [first..<middle, middle..<end]
    }

    var firstIndex: Int { first }
    var count: Int { parts.count }
    var endIndex: Int { first + batch.elements.count }

    func index(at offset: Int) -> Int { parts[offset].lowerBound }

    func child(at offset: Int) throws(RecordsError) -> Result<ChildInput, StateFault> {
        let part = part(at: offset)
        var child = part.child
        // Larger parts may be split once more.
        if part.elements.count == 1,
            case .input(let edited)? = try shaper?.edit(of: index(at: offset))
        {
            child.input = edited
        }
        child.batch = part
        child.mayHaveBegun = mayHaveBegun
        return .success(child)
    }

    func identity(at offset: Int) throws(RecordsError) -> ItemIdentity { part(at: offset).identity }

    private func part(at offset: Int) -> Batch {
        let range = parts[offset]
        return batch.part(range.lowerBound - first..<range.upperBound - first)
    }
}
