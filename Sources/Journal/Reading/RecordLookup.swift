/// Reads single records from known places of a journal. Places that follow each other are read
/// ahead; for others no more is read than most records need.
final class RecordLookup {
    private static let small = 4 << 10
    private static let large = 128 << 10

    private let directory: String
    private let files: any FileSystem
    private var file: Int32?
    private var segment = 0
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: large, alignment: 8)
    private var start = 0
    private var filled = 0

    init(directory: String, files: any FileSystem) {
        self.directory = directory
        self.files = files
    }

    deinit {
        memory.deallocate()
        if let file { files.close(file) }
    }

    /// The record at this position, valid until the next call.
    func record(at position: JournalPosition) throws(RunError) -> Record {
        try open(position.segment)
        var needed = FrameHeader.size
        while true {
            try read(needed, at: position.offset)
            let bytes = UnsafeRawBufferPointer(memory).part(position.offset - start..<filled)
            switch FrameCheck(bytes) {
            case .record(let type, let size):
                return Record(type: type, position: position, frame: bytes.part(0..<size))
            case .incomplete(let needs) where needs > needed:
                needed = needs
            default:
                throw JournalReader.damaged(
                    SegmentFile.path(directory, segment), position.offset,
                    "the record there has changed")
            }
        }
    }

    private func open(_ segment: Int) throws(RunError) {
        guard segment != self.segment || file == nil else { return }
        let path = SegmentFile.path(directory, segment)
        let other = try files.open(path, .read, to: "read")
        if let file { files.close(file) }
        file = other
        self.segment = segment
        start = 0
        filled = 0
    }

    /// Gets at least `count` bytes from `offset` on into memory, if the file has them.
    private func read(_ count: Int, at offset: Int) throws(RunError) {
        if offset >= start, offset + count <= start + filled { return }
        guard let file else { return }
        let isNear = offset >= start && offset <= start + filled + Self.large
        let wanted = max(count, isNear ? Self.large : Self.small)
        // Also smaller again after a huge record.
        if max(wanted, Self.large) != memory.count {
            memory.deallocate()
            memory = .allocate(byteCount: max(wanted, Self.large), alignment: 8)
        }
        let space = UnsafeMutableRawBufferPointer(rebasing: memory[..<wanted])
        start = offset
        filled = try files.readAll(
            file, into: space, at: offset, path: SegmentFile.path(directory, segment))
    }
}
