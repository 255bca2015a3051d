import Journal

/// Hears of what happens in a run; must be quick and must not block.
public protocol RunObserver: Sendable {
    /// A child of a Map Run has ended; `items` is more than 1 for a batch.
    func childEnded(_ outcome: borrowing FinishedItem, items: Int)
}
