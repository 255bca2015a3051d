/// Which of the known items are kept, in the order of the new input.
public final class KeptItems {
    private struct Kept: BitwiseCopyable {
        var index: Int
        var item: Int
        var entry: Int
        var isFinished: Bool
    }

    private let items: MappedArray<Kept>

    /// None yet, of these.
    public init(_ known: KnownItems) throws(RunError) {
        items = try MappedArray(in: known.directory, name: "kept")
    }

    /// Adds one that now stands at `index`.
    public func append(_ found: KnownItems.Found, at index: Int) throws(RunError) {
        try items.append(
            Kept(
                index: index, item: found.item, entry: found.entry, isFinished: found.isFinished))
    }

    /// Calls `body` with each and its new number.
    public func forEach(
        _ body: (Int, KnownItems.Found) throws(RunError) -> Void
    ) throws(RunError) {
        for kept in items.elements {
            try body(
                kept.index,
                KnownItems.Found(
                    item: kept.item, isFinished: kept.isFinished, isSame: true, entry: kept.entry))
        }
    }
}
