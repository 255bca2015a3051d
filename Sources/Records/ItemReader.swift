/// A source of items that is read block by block, in order, by one thread at a time.
public protocol ItemReader: AnyObject, Sendable {
    /// The next items, or nil at the end. After an error there is nothing more to be had; what
    /// came before it in the stream has been delivered.
    func nextBlock() throws(RecordsError) -> ItemBlock?

    /// Passes over up to `count` items without making values of them; tells how many there were.
    func skip(_ count: Int) throws(RecordsError) -> Int

    /// How far reading has come, for progress.
    var progress: ReadingProgress { get }

    /// The column names in the order of the file, if the items are rows of CSV.
    var csvHeader: [String]? { get }

    /// What a user should know though it is no error, such as a header without rows.
    var notes: [String] { get }
}

extension ItemReader {
    /// Most items are no rows of CSV.
    public var csvHeader: [String]? { nil }
}

/// How many bytes of the files to read have been read.
public struct ReadingProgress: Sendable, Equatable {
    /// Bytes read so far, as they lie on the disk.
    public var bytesRead: Int
    /// Bytes to read in all, where that is known.
    public var totalBytes: Int?

    /// A progress.
    public init(bytesRead: Int, totalBytes: Int?) {
        self.bytesRead = bytesRead
        self.totalBytes = totalBytes
    }
}

/// Opens the file at `path` to read its items; compression is told by its first bytes.
public func openReader(
    path: String, configuration: ReaderConfiguration
) throws(RecordsError) -> any ItemReader {
    guard configuration.inputType == .parquet else {
        return try makeReader(over: openBytes(path: path), configuration: configuration)
    }
    let rows = try openParquet(path: path, python: configuration.python)
    return try makeReader(over: rows, configuration: configuration)
}

/// Reads items from bytes in memory, compressed or not; `name` stands for a file's in messages.
public func openReader(
    _ bytes: [UInt8], name: String, configuration: ReaderConfiguration
) throws(RecordsError) -> any ItemReader {
    let source = try decompressing(MemoryBytes(bytes, name: name))
    return try makeReader(over: source, configuration: configuration)
}

func makeReader(
    over source: any ByteSource, configuration: ReaderConfiguration
) throws(RecordsError) -> any ItemReader {
    let stream = RecordStream(source, configuration)
    try stream.refuseForeignContent(configuration.inputType)
    switch configuration.inputType {
    case .csv: return try BlockReader(CSVCutter(stream, configuration), stream, configuration)
    case .jsonLines, .parquet: return BlockReader(LineCutter(), stream, configuration)
    case .json:
        return try BlockReader(ElementCutter(stream, configuration), stream, configuration)
    }
}
