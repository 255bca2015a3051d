/// Walks over the records of a journal, also of one that another process is writing: at its end
/// it gives nil and can be asked again later.
public struct JournalReader: ~Copyable {
    /// How the journal ended when the reader last came to its end.
    public enum Tail: Sendable, Equatable {
        /// After a whole record.
        case clean
        /// In bytes that are no whole record: the writer is at it, or died at it.
        case torn(JournalPosition, reason: String)
    }

    private let directory: String
    private let files: any FileSystem
    private var buffer: SegmentBuffer
    /// Whether the end of the segment was read again after its successor had appeared.
    private var isComplete = false
    /// Whether nobody is likely to read again soon what this reader has passed.
    var releasesBehind: Bool {
        get { buffer.releasesBehind }
        set { buffer.releasesBehind = newValue }
    }

    /// Records that start here or later are not given.
    public var limit: JournalPosition?
    /// How the journal ended when `next` last gave nil.
    public private(set) var tail = Tail.clean

    /// A reader of the journal in `directory`, from a position where a record starts.
    public init(
        directory: String, from position: JournalPosition = .start,
        limit: JournalPosition? = nil, files: any FileSystem = SystemFiles()
    ) throws(RunError) {
        self.directory = directory
        self.files = files
        self.limit = limit
        // A folder that grows while it is listed may leave one out: then it is listed again.
        for isLastTry in [false, false, true] {
            let segments = try SegmentFile.all(in: directory, files)
            let gap = segments.enumerated().first { $0.element != $0.offset + 1 }
            guard let gap else { break }
            if isLastTry { throw Self.missing(SegmentFile.path(directory, gap.offset + 1)) }
        }
        buffer = SegmentBuffer(max(position.segment, 1), at: position.offset, files: files)
    }

    /// A reader that takes a missing segment for the journal's end.
    init(salvaging directory: String, files: any FileSystem) throws(RunError) {
        self.directory = directory
        self.files = files
        buffer = SegmentBuffer(1, at: 0, files: files)
    }

    static func missing(_ path: String) -> RunError {
        RunError(
            .damaged,
            "'\(path)' is missing although a later segment is there; put it back, or resume with "
                + "--salvage to keep what comes before it", path: path)
    }

    /// Where the next record starts.
    public var position: JournalPosition { buffer.position }

    /// The next record, valid until the next call; nil at the end.
    public mutating func next() throws(RunError) -> Record? {
        if !buffer.isOpen { guard try open(buffer.segment) else { return nil } }
        while true {
            if let limit, position >= limit { return nil }
            let position = position
            switch FrameCheck(buffer.rest) {
            case .record(let type, let size):
                return Record(type: type, position: position, frame: buffer.take(size))
            case .incomplete(let needs):
                if try buffer.fill(needs) { continue }
                let reason = buffer.rest.isEmpty ? nil : "the record ends too early"
                guard try advance(reason) else { return nil }
            case .damaged(let reason):
                guard try advance(reason) else { return nil }
            case .newer(let version):
                throw newer(version)
            }
        }
    }

    /// The bytes from this place on, as far as they are in memory.
    func bytes(from place: JournalPosition) -> UnsafeRawBufferPointer? {
        buffer.bytes(from: place)
    }

    /// Goes on behind the end of the segment, which is nil or unreadable for this reason; false
    /// at the journal's end.
    private mutating func advance(_ reason: String?) throws(RunError) -> Bool {
        let place = position
        buffer.forgetRest()
        guard try exists(buffer.segment + 1) else {
            tail = reason.map { .torn(place, reason: $0) } ?? .clean
            return false
        }
        // The writer may have completed this segment between our read and the next one's birth.
        guard isComplete else {
            isComplete = true
            return true
        }
        if let reason { throw Self.damaged(buffer.path, place.offset, reason) }
        isComplete = false
        return try open(buffer.segment + 1)
    }

    private func exists(_ segment: Int) throws(RunError) -> Bool {
        do {
            files.close(try files.open(SegmentFile.path(directory, segment), .read))
            return true
        } catch {
            if error.isMissing { return false }
            throw error.error("read", SegmentFile.path(directory, segment))
        }
    }
}

extension JournalReader {
    /// Opens a segment and passes its header; false if it is not there or has no header yet.
    private mutating func open(_ segment: Int) throws(RunError) -> Bool {
        guard try exists(segment) else {
            tail = .clean
            return false
        }
        let path = SegmentFile.path(directory, segment)
        buffer.open(try files.open(path, .read, to: "read"), segment: segment, path: path)
        guard buffer.offset == 0 else { return true }
        return try passHeader(path)
    }

    private mutating func passHeader(_ path: String) throws(RunError) -> Bool {
        _ = try buffer.fill(SegmentHeader.smallestSize)
        if let header = try SegmentHeader.read(buffer.rest, path: path),
            header.segment == buffer.segment
        {
            _ = buffer.take(header.size)
            return true
        }
        guard try !exists(buffer.segment + 1) else {
            throw Self.damaged(path, 0, "the header is none of a journal")
        }
        tail = .torn(position, reason: "the header is none of a journal")
        buffer.close()
        return false
    }

    static func damaged(_ path: String, _ offset: Int, _ reason: String) -> RunError {
        RunError(
            .damaged,
            "'\(path)' is damaged at byte \(offset): \(reason); nothing was changed. Put back a "
                + "good copy of the file, or resume with --salvage to keep what comes before it",
            path: path, offset: offset)
    }

    private func newer(_ version: UInt8) -> RunError {
        RunError(
            .newerFormat,
            "'\(buffer.path)' holds a record of version \(version) at byte \(position.offset), "
                + "which this maprun does not know; use the version that wrote it or a later one",
            path: buffer.path, offset: position.offset)
    }
}
