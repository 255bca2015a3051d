// Replaced by the reader and writer of RFC 3339.
extension Timestamp {
    /// The instant in UTC, with as many groups of three fractional digits as it needs.
    public var text: String { "" }
}
