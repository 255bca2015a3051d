import Glibc

/// What the file system says about a file; links are followed.
struct FileStatus {
    var isRegular: Bool
    var isFolder: Bool
    var size: Int
    /// Seconds since 1970.
    var modified: Int
    var device: UInt64
    var inode: UInt64

    /// Nil if there is nothing of this name.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec)
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
