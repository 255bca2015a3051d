import JSON
import Records
import StatesLanguage

/// Children that get a batch of items each: `{"BatchInput": …, "Items": [ … ]}`.
///
/// Where a batch ends depends on the sizes of the items before, so batches are made in order on
/// the reading thread.
final class BatchSource: ChildBlockSource, @unchecked Sendable {
    // Proof: used by one thread at a time, as `ChildBlockSource` demands.
    /// AWS's limit on a child's input, which also bounds batches without a limit of their own.
    static let defaultBytes = 262_144

    private let reader: any ItemReader
    private let shaper: ItemShaper
    private let batcher: MapRunRequest.Batcher
    private let emptySize: Int
    private var nextIndex = 0
    private var held: [ChildItem] = []
    private var block: ItemBlock?
    private var offset = 0

    private struct ChildItem {
        var value: Value
        var source: Value
        var size: Int
        var contentHash: UInt64
        var key: Text?
    }

    init(_ reader: any ItemReader, _ shaper: ItemShaper, _ batcher: MapRunRequest.Batcher) {
        self.reader = reader
        self.shaper = shaper
        self.batcher = batcher
        emptySize = Self.wrap([], batcher.input).serializedSize
    }

    private static func wrap(_ items: [Value], _ input: Value?) -> Value {
        var members: [Member] = []
        if let input { members.append(Member("BatchInput", input)) }
        members.append(Member("Items", .array(items)))
        return .object(members)
    }

    var progress: ReadingProgress { reader.progress }

    func next() throws(RecordsError) -> (any ChildBlock)? {
        var size = emptySize + held.reduce(0) { $0 + $1.size }
        let most = batcher.maxItems ?? .max
        let mostBytes = batcher.maxBytes ?? (batcher.maxItems == nil ? Self.defaultBytes : .max)
        var fault: StateFault?
        while held.count < most, let item = try nextItem() {
            switch item {
            case .failure(let own): fault = own
            case .success(let item):
                let separator = held.isEmpty ? 0 : 1
                if !held.isEmpty && size + separator + item.size > mostBytes {
                    let full = close()
                    held = [item]
                    return full
                }
                size += separator + item.size
                held.append(item)
            }
            if fault != nil { break }
        }
        if let fault { return failed(fault) }
        return held.isEmpty ? nil : close()
    }

    private func close() -> any ChildBlock {
        defer {
            nextIndex += 1
            held = []
        }
        let identity = identity
        let input = Self.wrap(held.map(\.value), batcher.input)
        return SingleChildBlock(
            firstIndex: nextIndex,
            result: .success(
                ChildInput(
                    input: input, contentHash: identity.contentHash, itemCount: held.count,
                    source: .array(held.map(\.source)), key: identity.key)),
            identity: identity)
    }

    /// A batch is recognised as a whole: by the contents, and the keys, of all its items.
    private var identity: ItemIdentity {
        var hash: UInt64 = 0
        for item in held { hash = hash &* 0x9E37_79B9_7F4A_7C15 ^ item.contentHash }
        let keys = held.compactMap { $0.key?.string }
        let key = keys.isEmpty ? nil : Text(keys.joined(separator: "\n"))
        return ItemIdentity(contentHash: hash, key: key)
    }

    private func failed(_ fault: StateFault) -> any ChildBlock {
        defer {
            nextIndex += 1
            held = []
        }
        return SingleChildBlock(
            firstIndex: nextIndex, result: .failure(fault), identity: identity)
    }

    private func nextItem() throws(RecordsError) -> Result<ChildItem, StateFault>? {
        while block.map({ offset == $0.count }) ?? true {
            block = try reader.nextBlock()
            offset = 0
            if block == nil { return nil }
        }
        guard let block else { return nil }
        let item = try block.item(at: offset)
        offset += 1
        return shaper.shape(item, index: block.firstIndex + offset - 1).map {
            ChildItem(
                value: $0, source: item.value, size: $0.serializedSize,
                contentHash: item.contentHash, key: shaper.key?.text(of: item.value))
        }
    }
}

/// A block of one child that is already made.
struct SingleChildBlock: ChildBlock {
    let firstIndex: Int
    let result: Result<ChildInput, StateFault>
    let identity: ItemIdentity

    var count: Int { 1 }
    func child(at offset: Int) throws(RecordsError) -> Result<ChildInput, StateFault> { result }
    func identity(at offset: Int) throws(RecordsError) -> ItemIdentity { identity }
}
