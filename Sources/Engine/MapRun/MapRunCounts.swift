import Journal

/// Counts of items, or of child executions, in AWS's categories.
public struct MapRunCounts: Sendable, Equatable {
    public var running = 0
    public var succeeded = 0
    public var failed = 0
    public var timedOut = 0
    public var aborted = 0
    /// Those whose outcomes have their place in the result files.
    public var resultsWritten = 0
    /// Those that failed and that a redrive leaves alone.
    public var failuresNotRedrivable = 0
    /// Those that a redrive runs again and that have not been started yet.
    /// For items nil where that is not known, as they are batched.
    public var pendingRedrive: Int? = 0
    /// How many there are in all; nil while the reader has not come to the end.
    public var total: Int?

    /// Nothing counted.
    public init() {}

    /// What a journal counts.
    init(_ counts: StatusCounts) {
        succeeded = counts.succeeded
        failed = counts.failed
        timedOut = counts.timedOut
        aborted = counts.aborted
    }

    /// Failed and timed out: what tolerance counts.
    public var unsuccessful: Int { failed + timedOut }

    /// All that have ended.
    public var ended: Int { succeeded + failed + timedOut + aborted }

    /// Counts one, or a batch of several, that ended so.
    public mutating func add(_ status: ItemStatus, _ count: Int = 1) {
        switch status {
        case .succeeded: succeeded += count
        case .failed: failed += count
        case .timedOut: timedOut += count
        case .aborted: aborted += count
        }
    }
}
