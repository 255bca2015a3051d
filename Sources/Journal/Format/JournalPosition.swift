/// A place in a journal: a segment and a byte offset in its file.
public struct JournalPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The segment's number in the upper 24 bits, the offset in the lower 40.
    let raw: UInt64

    init(raw: UInt64) { self.raw = raw }

    init(segment: Int, offset: Int) {
        raw = UInt64(segment) << 40 | UInt64(offset)
    }

    /// Before the first record.
    public static let start = JournalPosition(raw: 0)

    /// The number of the segment, from 1.
    public var segment: Int { Int(raw >> 40) }
    /// The byte offset in the segment's file.
    public var offset: Int { Int(raw & (1 << 40 - 1)) }

    public static func < (left: JournalPosition, right: JournalPosition) -> Bool {
        left.raw < right.raw
    }

    public var description: String { "\(segment):\(offset)" }
}
