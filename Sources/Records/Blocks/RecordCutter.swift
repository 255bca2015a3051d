/// The rules by which one format's records follow each other.
protocol RecordCutter {
    /// Finds whole records from `position` on, until `records` is full or the bytes end; tells how
    /// far it has looked.
    mutating func cut(
        _ bytes: UnsafeBufferPointer<UInt8>, from position: Int, into records: inout RecordList
    ) throws(RecordFault) -> Int

    /// Deals with what is left when there are no more bytes.
    mutating func finish(
        _ bytes: UnsafeBufferPointer<UInt8>, into records: inout RecordList
    ) throws(RecordFault)

    /// Whether what is iterated over has ended, though there may be more bytes.
    var isDone: Bool { get }

    /// What is wrong with bytes after that end.
    func trailingFault(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int) -> RecordFault?

    /// What is wrong with the bytes of records that have been cut.
    func fault(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> RecordFault?

    /// How workers make values of the records.
    var decoder: ItemDecoder { get }

    /// What the decoder points to and every block has to keep.
    var shared: (any AnyObject & Sendable)? { get }
}

extension RecordCutter {
    var isDone: Bool { false }
    var shared: (any AnyObject & Sendable)? { nil }

    func trailingFault(
        _ bytes: UnsafeBufferPointer<UInt8>, from position: Int
    ) -> RecordFault? { nil }

    func fault(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> RecordFault? { nil }
}

/// Records found so far for the next block.
struct RecordList {
    /// Where they are, counted from the slab's first byte.
    private(set) var ranges: ContiguousArray<RecordRange> = []
    /// Where the record after them starts.
    var nextStart = 0
    private(set) var capacity = 0
    /// An offset behind which the block is large enough.
    private(set) var stop = 0

    var room: Int { capacity - ranges.count }
    var isFull: Bool { room <= 0 || nextStart >= stop }

    mutating func reset(start: Int, capacity: Int, bytes: Int) {
        ranges.removeAll(keepingCapacity: true)
        nextStart = start
        self.capacity = capacity
        stop = start + bytes
    }

    mutating func append(_ start: Int, _ end: Int) {
        ranges.append(RecordRange(start: UInt32(start), end: UInt32(end)))
    }

    mutating func keep(_ count: Int) { ranges.removeLast(ranges.count - count) }

    /// Follows the slab's bytes when they move towards the front.
    mutating func shift(by distance: Int) {
        nextStart -= distance
        stop -= distance
    }
}

/// Where one record is.
struct RecordRange {
    var start: UInt32
    var end: UInt32

    var count: Int { Int(end) - Int(start) }
}
