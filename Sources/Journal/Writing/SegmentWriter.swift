import JSON

/// Appends bytes to the segments of one journal; used by one thread at a time.
struct SegmentWriter {
    private let directory: String
    private let run: String
    private let files: any FileSystem
    private let options: JournalOptions
    private let headerSize: Int
    private var number: Int
    /// The segment being written; nil until there is something to write, so that opening a
    /// journal leaves no empty ones behind.
    private(set) var segment: OpenSegment?
    private var size: Int

    /// Will begin segment `number`, which must not exist.
    init(
        directory: String, run: String, number: Int, files: any FileSystem,
        options: JournalOptions
    ) {
        self.directory = directory
        self.run = run
        self.files = files
        self.options = options
        self.number = number
        headerSize = SegmentHeader(segment: number, run: run).size
        size = headerSize
    }

    /// Where the next record will start.
    var position: JournalPosition { JournalPosition(segment: number, offset: size) }

    /// Appends whole records; they all go to the same segment.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(RunError) {
        if size + bytes.count > options.segmentSize, size > headerSize { try roll() }
        let segment = try open()
        try files.writeAll(segment.file, bytes, at: size, path: segment.path)
        size += bytes.count
    }

    private mutating func open() throws(RunError) -> OpenSegment {
        if let segment { return segment }
        let segment = try OpenSegment(number, in: directory, run: run, files: files)
        self.segment = segment
        return segment
    }

    /// The old segment is flushed before the next one exists: only the last can have a torn tail.
    private mutating func roll() throws(RunError) {
        if options.durability.flushes, let segment {
            try files.flush(segment.file, path: segment.path)
            try files.flushDirectory(directory)
        }
        segment = nil
        number += 1
        size = headerSize
    }
}
