import CBytes
import JSON

/// The window over a source's bytes in which records are cut. Bytes before `start` are done with;
/// a record that the window ends in moves to the front of the next one.
final class RecordStream {
    private let source: any ByteSource
    private let pool: SlabPool
    private let standardCapacity: Int
    let maximumRecordBytes: Int
    private(set) var slab: Slab
    /// Where the bytes read so far end in the slab.
    private(set) var filled = 0
    /// The first byte that has not been consumed.
    private(set) var start = 0
    /// The line of that byte, from 1.
    private(set) var line = 1
    private(set) var atEnd = false
    /// Where the slab's first byte is in the stream.
    private(set) var slabOffset = 0

    init(_ source: any ByteSource, _ configuration: ReaderConfiguration) {
        self.source = source
        standardCapacity = max(configuration.readBytes, 1)
        maximumRecordBytes = min(configuration.maximumRecordBytes, 1 << 30)
        pool = SlabPool(capacity: standardCapacity)
        slab = Slab(capacity: standardCapacity, pool: pool)
    }

    var file: String { source.file }
    /// Whether the file is not compressed.
    var isPlain: Bool { source is PeekedBytes }
    var progress: ReadingProgress { source.progress }
    var bytes: UnsafePointer<UInt8> { UnsafePointer(slab.base) }

    /// Whether more can be read without moving what is unfinished.
    var hasRoom: Bool { slab.capacity - filled > slab.capacity / 4 }

    /// An error that came while looking ahead; what was read before it comes first.
    private var deferred: RecordsError?
    /// The first byte of all, once something was looked for.
    private(set) var firstByte: UInt8?

    /// Reads up to `count` bytes ahead, before anything is cut.
    func lookAhead(_ count: Int) {
        while filled - start < min(count, maximumRecordBytes), !atEnd, deferred == nil {
            do throws(RecordsError) {
                _ = try extend()
            } catch {
                deferred = error
            }
        }
        if slabOffset == 0, filled > 0 { firstByte = bytes[0] }
    }

    /// Reads more; false at the end. Offsets into the slab stay valid only while `hasRoom`: else
    /// what begins at `start` moves to the front.
    func extend() throws(RecordsError) -> Bool {
        if let deferred { throw deferred }
        if atEnd { return false }
        if !hasRoom { try move() }
        let count = try source.read(
            into: UnsafeMutableRawBufferPointer(
                start: slab.base + filled, count: slab.capacity - filled))
        filled += count
        atEnd = count == 0
        return !atEnd
    }

    private func move() throws(RecordsError) {
        let pending = filled - start
        guard pending <= maximumRecordBytes else { throw tooLarge(at: start) }
        let next = Slab(capacity: max(standardCapacity, pending * 2), pool: pool)
        next.base.update(from: slab.base + start, count: pending)
        slab = next
        slabOffset += start
        filled = pending
        start = 0
    }

    /// Marks everything before `offset` as done with.
    func consume(upTo offset: Int) {
        line += cbytes_count(bytes + start, offset - start, 0x0A)
        start = offset
    }

    /// The next byte, reading on if need be; nil at the end.
    func peek() throws(RecordsError) -> UInt8? {
        while start == filled {
            guard try extend() else { return nil }
        }
        return slab.base[start]
    }

    /// Passes over a UTF-8 byte order mark at the start of the stream.
    func skipByteOrderMark() throws(RecordsError) {
        while filled - start < 3 {
            guard try extend() else { return }
        }
        if bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF { start = 3 }
    }

    /// An error whose place is the byte at `offset` of the slab.
    func failure(_ fault: RecordFault) -> RecordsError {
        RecordsError(
            fault.kind, file: file, fault.message, byteOffset: slabOffset + fault.offset,
            line: line + lines(upTo: fault.offset), awsCause: fault.awsCause)
    }

    func tooLarge(at offset: Int) -> RecordsError {
        failure(
            RecordFault(
                .tooLarge, at: offset,
                "a record that starts here is larger than \(maximumRecordBytes) bytes; "
                    + "raise the limit with --max-record-bytes, or check for a quote that is "
                    + "never closed"))
    }

    private func lines(upTo offset: Int) -> Int {
        offset > start ? cbytes_count(bytes + start, offset - start, 0x0A) : 0
    }
}

/// Something wrong at a place in the window.
struct RecordFault: Error {
    var kind: RecordsError.Kind
    var offset: Int
    var message: String
    var awsCause: String?

    init(
        _ kind: RecordsError.Kind, at offset: Int, _ message: String, awsCause: String? = nil
    ) {
        self.kind = kind
        self.offset = offset
        self.message = message
        self.awsCause = awsCause
    }
}
