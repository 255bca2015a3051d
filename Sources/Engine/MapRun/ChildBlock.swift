import JSON
import Journal
import Records
import StatesLanguage

/// What a child execution of a Map Run is started with.
struct ChildInput {
    var input: Value
    var contentHash: UInt64
    /// How many items it stands for: more than one where they are batched.
    var itemCount = 1
    /// The item as it was read, or an array of those of a batch, where the input is another.
    var source: Value?
    /// What the item is known by besides its content, where the run has chosen a key.
    var key: Text?
    /// What a batch consists of, where one that fails is split.
    var batch: Batch?
    /// Whether an earlier process may have begun it.
    var mayHaveBegun = true

    /// The name of a child that is a part of a batch, which begins with the same item as others.
    func name(_ machine: ExecutionFacts.Machine, _ index: Int) -> String? {
        batch.map { ExecutionFacts.childName(machine, item: index, count: $0.elements.count) }
    }

    /// The same without a copy of the machine where there is no such name.
    func name(_ machine: ExecutionFacts.SharedMachine, _ index: Int) -> String? {
        batch == nil ? nil : name(machine.machine, index)
    }

    var identity: ItemIdentity { ItemIdentity(contentHash: contentHash, key: key) }
}

/// Consecutive children of a Map Run that one worker makes and starts.
protocol ChildBlock: Sendable {
    var firstIndex: Int { get }
    var count: Int { get }
    /// The index behind those of all its children.
    var endIndex: Int { get }
    /// The index of a child among all of the Map Run.
    func index(at offset: Int) -> Int
    /// The input of one child. A fault is that child's own.
    func child(at offset: Int) throws(RecordsError) -> Result<ChildInput, StateFault>
    /// The item as it was read, of a child that cannot be made.
    func source(at offset: Int) throws(RecordsError) -> Value?
    /// What is shown as the input of a child that cannot be made.
    func shownInput(at offset: Int) throws(RecordsError) -> Value?
    /// What one child is recognised by, whether it can be made or not.
    func identity(at offset: Int) throws(RecordsError) -> ItemIdentity
}

extension ChildBlock {
    var endIndex: Int { firstIndex + count }
    func source(at offset: Int) throws(RecordsError) -> Value? { nil }
    func shownInput(at offset: Int) throws(RecordsError) -> Value? { try source(at: offset) }
    /// Most blocks are without gaps.
    func index(at offset: Int) -> Int { firstIndex + offset }
}

/// Children that get one item each: items become values, and pass the ItemSelector, where the
/// worker that runs them asks for them.
final class ItemChildBlock: ChildBlock, @unchecked Sendable {
    // Proof: one worker at a time makes children of a block, and only it touches `scope`.
    private let block: ItemBlock
    private let shaper: ItemShaper
    /// What the selector sees, kept from one item to the next: to copy it counts many references.
    @exclusivity(unchecked) private var scope: EvaluationScope

    init(block: ItemBlock, shaper: ItemShaper) {
        self.block = block
        self.shaper = shaper.forBlock
        scope = self.shaper.scope
    }

    var firstIndex: Int { block.firstIndex }
    var count: Int { block.count }

    /// The line in its file at which an item starts.
    func line(at offset: Int) -> Int? { block.line(at: offset) }

    func child(at offset: Int) throws(RecordsError) -> Result<ChildInput, StateFault> {
        var item = try block.item(at: offset)
        let index = block.firstIndex + offset
        let key = shaper.key?.text(of: item.value)
        if let edit = try shaper.edit(of: index) {
            switch edit {
            // What the item is known by stays that of the input.
            case .item(let value): item.value = value
            case .input(let value):
                return .success(
                    ChildInput(
                        input: value, contentHash: item.contentHash,
                        source: shaper.selector.map { _ in item.value }, key: key))
            }
        }
        return shaper.shape(item, index: index, in: &scope).map {
            ChildInput(
                input: $0, contentHash: item.contentHash,
                source: shaper.selector.map { _ in item.value }, key: key)
        }
    }

    func source(at offset: Int) throws(RecordsError) -> Value? { try block.item(at: offset).value }

    func identity(at offset: Int) throws(RecordsError) -> ItemIdentity {
        guard let key = shaper.key else {
            return ItemIdentity(contentHash: block.contentHash(at: offset))
        }
        let item = try block.item(at: offset)
        return ItemIdentity(contentHash: item.contentHash, key: key.text(of: item.value))
    }
}

/// Makes a child's input of an item: the item itself, or what the ItemSelector makes of it.
struct ItemShaper: Sendable {
    private(set) var selector: Template?
    private(set) var scope: EvaluationScope
    /// `Map.Item.Source` where items do not say it themselves.
    private(set) var source: Text
    /// What items are known by besides their content.
    let key: ItemKey?
    /// Values that take the place of what is read.
    let edits: ItemEdits?
    /// Whether the selector's input is small.
    private let hasSmallInput: Bool

    /// What random numbers of all items are derived from.
    private let seed: UInt64

    init(_ request: MapRunRequest, key: ItemKey? = nil, edits: ItemEdits? = nil) {
        self.key = key
        self.edits = edits
        selector = request.itemSelector
        scope = request.scope
        source = Text(request.source)
        seed = request.childMachine.seed
        hasSmallInput = selector != nil && scope.input.serializedSize <= 4096
    }

    /// The same for one block: with copies of what all blocks share, and what the selector makes of
    /// its input alone, and so would make again for each item, made once.
    var forBlock: ItemShaper {
        guard hasSmallInput else { return self }
        var own = self
        own.source = source.copied
        own.scope.input = scope.input.copied
        own.selector = selector?.settled(in: own.scope)
        return own
    }

    /// What takes the place of an item, or of a batch, of this index.
    func edit(of index: Int) throws(RecordsError) -> ItemEdits.Edit? {
        guard let edits else { return nil }
        do throws(RunError) {
            return try edits.edit(of: index)
        } catch {
            throw RecordsError(.unreadable, file: error.path ?? "", error.message)
        }
    }

    func shape(_ item: Item, index: Int) -> Result<Value, StateFault> {
        var scope = scope
        return shape(item, index: index, in: &scope)
    }

    func shape(
        _ item: Item, index: Int, in scope: inout EvaluationScope
    ) -> Result<Value, StateFault> {
        guard let selector else { return .success(item.value) }
        scope.context.item = MapItem(
            index: index, value: item.contextValue, key: item.key, source: item.source ?? source)
        // Let go of the item, so that its child can write into it in place.
        defer { scope.context.item = nil }
        scope.random = RandomSource(seed: ExecutionFacts.selectorSeed(seed, item: index))
        do {
            return .success(try selector.evaluate(in: &scope))
        } catch {
            return .failure(error)
        }
    }
}

extension Text {
    fileprivate var copied: Text { withUTF8 { Text(utf8: $0) } }
}

extension Value {
    /// The same value in memory of its own, so that workers do not count references to one value
    /// at the same time.
    fileprivate var copied: Value {
        switch self {
        case .string(let text): .string(text.copied)
        case .array(let array): .array(array.map(\.copied))
        case .object(let object): .object(object.map { Member($0.key, $0.value.copied) })
        case .null, .bool, .number: self
        }
    }
}
