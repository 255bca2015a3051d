import Glibc
import JSON

/// A file that only grows: buffered, and taken up again at a saved position after a crash.
public struct AppendFile: ~Copyable {
    /// The file's name.
    public let path: String
    /// Bytes in the file once everything is flushed.
    public private(set) var position: Int
    private let descriptor: CInt
    private var buffer = ByteBuffer(capacity: 4096)
    private let flushBytes: Int
    /// What is before this byte is on disk; the system need not keep it in memory as well.
    private var synchronized = 0

    /// Opens the file, which is made if need be, and cuts off what is behind `position`.
    public init(
        path: String, position: Int = 0, flushBytes: Int = 256 << 10
    ) throws(RecordsError) {
        self.path = path
        self.position = position
        self.flushBytes = flushBytes
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .writing(errno, path) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= position else {
            throw RecordsError(
                .unwritable, file: path,
                "has \(size) bytes where \(position) were written; it was changed from outside")
        }
        guard size == position || ftruncate(descriptor, position) == 0,
            lseek(descriptor, position, SEEK_SET) == position
        else { throw .writing(errno, path) }
    }

    deinit { close(descriptor) }

    /// Appends what `write` puts into the buffer.
    public mutating func append(
        _ write: (inout ByteBuffer) -> Void
    ) throws(RecordsError) {
        let before = buffer.count
        write(&buffer)
        position += buffer.count - before
        if buffer.count >= flushBytes { try flush() }
    }

    /// Appends bytes.
    public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(RecordsError) {
        try append { $0.append(bytes) }
    }

    /// Hands everything to the system.
    public mutating func flush() throws(RecordsError) {
        var start = 0
        while start < buffer.count {
            let count = write(
                descriptor, buffer.bytes.baseAddress.map { $0 + start }, buffer.count - start)
            if count > 0 {
                start += count
            } else if errno != EINTR {
                throw .writing(errno, path)
            }
        }
        buffer.removeAll()
    }

    /// Hands everything to the disk.
    public mutating func synchronize() throws(RecordsError) {
        try flush()
        guard fdatasync(descriptor) == 0 else { throw .writing(errno, path) }
        posix_fadvise(descriptor, 0, off_t(synchronized), POSIX_FADV_DONTNEED)
        synchronized = position
    }
}

extension RecordsError {
    static func writing(_ code: CInt, _ file: String) -> RecordsError {
        let reason = String(cString: strerror(code)).lowercased()
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "make room, then resume the run"
            case EACCES, EPERM, EROFS: "make it writable, then resume the run"
            default: "put that right, then resume the run"
            }
        return RecordsError(.unwritable, file: file, "cannot write it: \(reason); \(advice)")
    }
}
