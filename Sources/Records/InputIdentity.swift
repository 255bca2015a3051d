import Glibc

/// A cheap sign of which file was read and in which state: another one, or a changed one, differs.
public struct InputIdentity: Sendable, Hashable {
    /// Bytes as it lies on the disk.
    public var size: Int
    /// Nanoseconds since 1970 of the last change.
    public var modified: Int
    /// The file's number within its file system.
    public var inode: UInt64
    /// Whether it is a regular file; pipes and devices have no stable size and time.
    public var isRegular: Bool

    /// The identity of the file at `path`.
    public init(path: String) throws(RecordsError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(errno, "open", path) }
        self.init(status)
    }

    init(descriptor: CInt, file: String) throws(RecordsError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno, "read", file) }
        self.init(status)
    }

    private init(_ status: stat) {
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
        inode = UInt64(status.st_ino)
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }
}

extension InputIdentity {
    /// Refuses what was read, up to `position` where that should be all, of a file that is another
    /// one by now.
    func check(
        against now: InputIdentity, file: String, position: Int? = nil
    ) throws(RecordsError) {
        guard isRegular, now != self || (position ?? size) != size else { return }
        let sizes = "\(size) bytes when it was opened, \(now.size) now"
        throw RecordsError(
            .changed, file: file,
            "changed while it was read (\(sizes)); run again over a file that stays as it is",
            byteOffset: position)
    }
}

extension RecordsError {
    static func system(_ code: CInt, _ action: String, _ file: String) -> RecordsError {
        switch code {
        case ENOENT:
            RecordsError(.notFound, file: file, "there is no such file or folder; check the name")
        case EACCES, EPERM:
            RecordsError(
                .unreadable, file: file, "no permission to \(action) it; change its permissions")
        case EISDIR:
            RecordsError(
                .unreadable, file: file,
                "is a folder, not a file; name a file in it, or list it with s3:listObjectsV2")
        default:
            RecordsError(
                .unreadable, file: file, "cannot \(action) it: \(String(cString: strerror(code)))")
        }
    }
}
