import JSON
import Journal
import Records
import StatesLanguage

/// Children that get a batch of items each: `{"BatchInput": …, "Items": [ … ]}`.
///
/// Where a batch ends depends on the sizes of the items before, so batches are made in order on
/// the reading thread. An item whose selector fails is a child of its own.
final class BatchSource: ChildBlockSource, @unchecked Sendable {
    // Proof: used by one thread at a time, as `ChildBlockSource` demands.
    /// AWS's limit on a child's input, which also bounds batches without a limit of their own.
    static let defaultBytes = 262_144

    private let reader: any ItemReader
    private let shaper: ItemShaper
    private let batcher: MapRunRequest.Batcher
    private let emptySize: Int
    /// How batches were split before; nil where they are not, and are numbered themselves.
    private let splits: BatchSplits?
    private var nextIndex = 0
    private var held: [Batch.Element] = []
    /// The size of the children's input with those held.
    private var size: Int
    /// The fault of the item after those held.
    private var fault: Refused?
    private var block: ItemBlock?
    private var offset = 0
    /// How many items there were before the block that is not there any more.
    private var ended = 0

    init(
        _ reader: any ItemReader, _ shaper: ItemShaper, _ batcher: MapRunRequest.Batcher,
        splits: BatchSplits? = nil
    ) {
        self.reader = reader
        self.shaper = shaper
        self.batcher = batcher
        self.splits = splits
        emptySize = Batch(input: batcher.input, elements: []).value.serializedSize
        size = emptySize
    }

    var progress: ReadingProgress { reader.progress }

    /// How many items are in the batches so far.
    var consumed: Int {
        (block?.firstIndex ?? ended) + offset - held.count - (fault == nil ? 0 : 1)
    }

    func next() throws(RecordsError) -> (any ChildBlock)? {
        let most = batcher.maxItems ?? .max
        let mostBytes = batcher.maxBytes ?? (batcher.maxItems == nil ? Self.defaultBytes : .max)
        while fault == nil, held.count < most, let item = try nextItem() {
            switch item {
            case .failure(let fault): self.fault = fault
            case .success(let item):
                let separator = held.isEmpty ? 0 : 1
                if !held.isEmpty && size + separator + item.size > mostBytes {
                    let full = try close()
                    hold(item, 0)
                    return full
                }
                hold(item, separator)
            }
        }
        if !held.isEmpty { return try close() }
        guard let refused = fault else { return nil }
        fault = nil
        nextIndex += 1
        return try block(of: refused, at: nextIndex - 1)
    }

    private func block(
        of refused: Refused, at index: Int
    ) throws(RecordsError) -> SingleChildBlock {
        let element = refused.element
        let batch = Batch(input: batcher.input, elements: [element])
        var child = batch.child
        guard case .input(let edited)? = try shaper.edit(of: index) else {
            return SingleChildBlock(
                firstIndex: index, result: .failure(refused.fault), identity: element.identity,
                source: child.source, input: refused.isShaped ? child.input : child.source)
        }
        child.input = edited
        return SingleChildBlock(
            firstIndex: index, result: .success(child), identity: batch.identity)
    }

    private func hold(_ item: Batch.Element, _ separator: Int) {
        size += separator + item.size
        held.append(item)
    }

    private func close() throws(RecordsError) -> any ChildBlock {
        let batch = Batch(input: batcher.input, elements: held)
        let first = nextIndex
        nextIndex += splits == nil ? 1 : held.count
        held = []
        size = emptySize
        guard let splits else {
            var child = batch.child
            if case .input(let edited)? = try shaper.edit(of: first) { child.input = edited }
            return SingleChildBlock(
                firstIndex: first, result: .success(child), identity: batch.identity)
        }
        return PartBlock(batch: batch, first: first, splits: splits, shaper: shaper)
    }

    /// An item that can be in no batch.
    private struct Refused {
        var fault: StateFault
        var element: Batch.Element
        /// Whether the ItemSelector has made a value of it.
        var isShaped: Bool
    }

    private enum Made {
        case success(Batch.Element)
        case failure(Refused)
    }

    private func nextItem() throws(RecordsError) -> Made? {
        while block.map({ offset == $0.count }) ?? true {
            if let block { ended = block.firstIndex + block.count }
            block = try reader.nextBlock()
            offset = 0
            if block == nil { return nil }
        }
        guard let block else { return nil }
        let item = try block.item(at: offset)
        offset += 1
        let identity = ItemIdentity(
            contentHash: item.contentHash, key: shaper.key?.text(of: item.value))
        switch shaper.shape(item, index: block.firstIndex + offset - 1) {
        case .success(let value):
            let element = Batch.Element(
                value: value, source: item.value, size: value.serializedSize, identity: identity)
            guard let limit = batcher.maxBytes, emptySize + element.size > limit else {
                return .success(element)
            }
            let fault = StateFault(
                error: "States.DataLimitExceeded",
                cause: "the item of \(element.size) bytes makes a batch of more than "
                    + "MaxInputBytesPerBatch, which is \(limit)", origin: .service)
            return .failure(Refused(fault: fault, element: element, isShaped: true))
        case .failure(let fault):
            let element = Batch.Element(
                value: item.value, source: item.value, size: 0, identity: identity)
            return .failure(Refused(fault: fault, element: element, isShaped: false))
        }
    }
}

/// A block of one child that is already made.
struct SingleChildBlock: ChildBlock {
    let firstIndex: Int
    let result: Result<ChildInput, StateFault>
    let identity: ItemIdentity
    var source: Value?
    /// What a child that cannot be made would have got.
    var input: Value?

    var count: Int { 1 }
    func child(at offset: Int) throws(RecordsError) -> Result<ChildInput, StateFault> { result }
    func identity(at offset: Int) throws(RecordsError) -> ItemIdentity { identity }
    func source(at offset: Int) throws(RecordsError) -> Value? { source }
    func shownInput(at offset: Int) throws(RecordsError) -> Value? { input }
}
