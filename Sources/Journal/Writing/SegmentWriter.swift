import JSON

/// Appends bytes to the segments of one journal; used by one thread at a time.
struct SegmentWriter {
    private let directory: String
    private let run: String
    private let files: any FileSystem
    private let options: JournalOptions
    private(set) var segment: OpenSegment
    private(set) var size: Int
    private let headerSize: Int

    /// Begins segment `number`, which must not exist.
    init(
        directory: String, run: String, number: Int, files: any FileSystem,
        options: JournalOptions
    ) throws(RunError) {
        self.directory = directory
        self.run = run
        self.files = files
        self.options = options
        segment = try OpenSegment(number, in: directory, run: run, files: files)
        headerSize = SegmentHeader(segment: number, run: run).size
        size = headerSize
    }

    /// Where the next record will start.
    var position: JournalPosition { JournalPosition(segment: segment.number, offset: size) }

    /// Appends whole records; they all go to the same segment.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(RunError) {
        if size + bytes.count > options.segmentSize, size > headerSize { try roll() }
        try files.writeAll(segment.file, bytes, at: size, path: segment.path)
        size += bytes.count
    }

    /// The old segment is flushed before the next one exists: only the last can have a torn tail.
    private mutating func roll() throws(RunError) {
        if options.durability.flushes {
            try files.flush(segment.file, path: segment.path)
            try files.flushDirectory(directory)
        }
        segment = try OpenSegment(
            segment.number + 1, in: directory, run: run, files: files)
        size = headerSize
    }
}
