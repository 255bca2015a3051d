import JSON
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
}

/// Consecutive children of a Map Run that one worker makes and starts.
protocol ChildBlock: Sendable {
    var firstIndex: Int { get }
    var count: Int { get }
    /// The input of one child. A fault is that child's own.
    func child(at offset: Int) throws(RecordsError) -> Result<ChildInput, StateFault>
}

/// Children that get one item each: items become values, and pass the ItemSelector, where the
/// worker that runs them asks for them.
struct ItemChildBlock: ChildBlock {
    let block: ItemBlock
    let shaper: ItemShaper

    var firstIndex: Int { block.firstIndex }
    var count: Int { block.count }

    func child(at offset: Int) throws(RecordsError) -> Result<ChildInput, StateFault> {
        let item = try block.item(at: offset)
        return shaper.shape(item, index: block.firstIndex + offset).map {
            ChildInput(
                input: $0, contentHash: item.contentHash,
                source: shaper.selector.map { _ in item.value })
        }
    }
}

/// Makes a child's input of an item: the item itself, or what the ItemSelector makes of it.
struct ItemShaper: Sendable {
    let selector: Template?
    let scope: EvaluationScope
    /// `Map.Item.Source` where items do not say it themselves.
    let source: String

    func shape(_ item: Item, index: Int) -> Result<Value, StateFault> {
        guard let selector else { return .success(item.value) }
        var scope = scope
        scope.context.map = Frame.mapContext(
            index: index, value: item.contextValue, key: item.key,
            source: item.source?.string ?? source)
        do {
            return .success(try selector.evaluate(in: &scope))
        } catch {
            return .failure(error)
        }
    }
}
