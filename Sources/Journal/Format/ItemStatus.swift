/// How an execution ended; the numbers are those on disk.
public enum ItemStatus: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case succeeded = 1
    case failed = 2
    case timedOut = 3
    case aborted = 4

    /// The name AWS gives it in listings, and results use.
    public var name: StaticString {
        switch self {
        case .succeeded: "SUCCEEDED"
        case .failed: "FAILED"
        case .timedOut: "TIMED_OUT"
        case .aborted: "ABORTED"
        }
    }
}
