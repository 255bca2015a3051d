/// How a file is opened.
public enum OpenMode: Sendable {
    /// An existing file, to read.
    case read
    /// A new file, to write; an old one of that name is emptied.
    case create
    /// A file to read and write, made if missing, its contents kept.
    case update
}

/// The system calls under a run directory: the seam where tests make disks fail.
///
/// Writes carry their offset, so a descriptor has no position that a failure could leave unknown.
public protocol FileSystem: Sendable {
    /// Opens a file and returns its descriptor.
    func open(_ path: String, _ mode: OpenMode) throws(SystemFault) -> Int32
    /// Gives the descriptor back.
    func close(_ file: Int32)
    /// Writes at `offset` and returns how many bytes were taken, which may be fewer.
    func write(
        _ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemFault) -> Int
    /// Reads at `offset` and returns how many bytes there were, 0 at the end.
    func read(
        _ file: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SystemFault) -> Int
    /// Returns once the file's data will survive a power cut.
    func synchronize(_ file: Int32) throws(SystemFault)
    /// Returns once the folder's entries will survive a power cut.
    func synchronizeDirectory(_ path: String) throws(SystemFault)
    /// Tells that these bytes are complete and will be flushed some time: the system may begin, and
    /// the flush has less to wait for.
    func beginFlushing(_ file: Int32, _ bytes: Range<Int>)
    /// Tells that nobody here will read these bytes again soon. They need not stay in the system's
    /// memory once they are on disk: gigabytes of it would be slower to have than the disk is.
    func release(_ file: Int32, _ bytes: Range<Int>)
    /// Cuts the file to `length` bytes.
    func truncate(_ file: Int32, to length: Int) throws(SystemFault)
    /// The file's length.
    func size(_ file: Int32) throws(SystemFault) -> Int
    /// Gives a file another name, replacing one that has it, in one step.
    func rename(_ source: String, to target: String) throws(SystemFault)
    /// Gives a file a second name; fails if the name is taken.
    func link(_ source: String, to target: String) throws(SystemFault)
    /// Removes a file or an empty folder.
    func remove(_ path: String) throws(SystemFault)
    /// Makes a folder; fails if the name is taken.
    func makeDirectory(_ path: String) throws(SystemFault)
    /// The names in a folder, in no particular order.
    func entries(of directory: String) throws(SystemFault) -> [String]
}

extension FileSystem {
    public func beginFlushing(_: Int32, _: Range<Int>) {}
    public func release(_: Int32, _: Range<Int>) {}
}
