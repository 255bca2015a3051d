import JSON

/// A file that grows at its end, and can be continued from an earlier length.
public final class ResumableFile {
    private static let bufferSize = 256 << 10

    private let path: String
    private let files: any FileSystem
    private var file: Int32?
    private var length = 0
    private var buffer = ByteBuffer(capacity: bufferSize + 4096)

    /// A file at this path, opened when `start` is called.
    public init(path: String, files: any FileSystem = SystemFiles()) {
        self.path = path
        self.files = files
    }

    deinit {
        if let file { files.close(file) }
    }

    /// Cuts the file to `length` bytes to go on from there; false if it is shorter.
    public func start(at length: Int) throws(RunError) -> Bool {
        let file = try open()
        buffer.removeAll()
        do {
            let size = try files.size(file)
            guard size >= length else { return false }
            if size > length { try files.truncate(file, to: length) }
        } catch {
            throw error.error("continue", path)
        }
        self.length = length
        return true
    }

    private func open() throws(RunError) -> Int32 {
        if let file { return file }
        let file = try files.open(path, .update, to: "open")
        self.file = file
        return file
    }

    /// Appends what `add` writes.
    public func append(_ add: (inout ByteBuffer) -> Void) throws(RunError) {
        add(&buffer)
        if buffer.count >= Self.bufferSize { try writeOut() }
    }

    /// Writes what is buffered, flushes it if asked to, and returns the length of the file.
    @discardableResult
    public func save(flushing: Bool) throws(RunError) -> Int {
        try writeOut()
        if flushing, let file { try files.flush(file, path: path) }
        return length
    }

    private func writeOut() throws(RunError) {
        guard buffer.count > 0, let file else { return }
        try files.writeAll(file, UnsafeRawBufferPointer(buffer.bytes), at: length, path: path)
        length += buffer.count
        buffer.removeAll()
    }
}
