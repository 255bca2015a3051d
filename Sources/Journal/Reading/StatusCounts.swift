/// How many items ended how.
public struct StatusCounts: Sendable, Equatable {
    public var succeeded = 0
    public var failed = 0
    public var timedOut = 0
    public var aborted = 0

    /// No items.
    public init() {}

    /// All that have ended.
    public var finished: Int { succeeded + failed + timedOut + aborted }

    /// How many ended with this status.
    public subscript(status: ItemStatus) -> Int {
        get {
            switch status {
            case .succeeded: succeeded
            case .failed: failed
            case .timedOut: timedOut
            case .aborted: aborted
            }
        }
        set {
            switch status {
            case .succeeded: succeeded = newValue
            case .failed: failed = newValue
            case .timedOut: timedOut = newValue
            case .aborted: aborted = newValue
            }
        }
    }
}
