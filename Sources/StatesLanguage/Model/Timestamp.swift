/// An instant as RFC 3339 writes it, to the nanosecond.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    public var seconds: Int
    /// Nanoseconds beyond that, 0..<1,000,000,000.
    public var nanoseconds: Int

    /// An instant.
    public init(seconds: Int, nanoseconds: Int = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// An instant given in milliseconds since 1970.
    public init(milliseconds: Int) {
        seconds = Int((Double(milliseconds) / 1000).rounded(.down))
        nanoseconds = (milliseconds - seconds * 1000) * 1_000_000
    }

    /// The instant in milliseconds since 1970, rounded down.
    public var milliseconds: Int { seconds * 1000 + nanoseconds / 1_000_000 }

    /// Whether an instant comes before another.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
