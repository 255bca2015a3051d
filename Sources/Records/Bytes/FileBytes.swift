import Glibc

/// The bytes of a file as they lie on the disk. Checks at the end that the file is still the same.
final class FileBytes: ByteSource {
    let file: String
    private let descriptor: CInt
    private let identity: InputIdentity
    private var position = 0

    init(path: String) throws(RecordsError) {
        file = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, "open", path) }
        do {
            identity = try InputIdentity(descriptor: descriptor, file: path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    var progress: ReadingProgress {
        ReadingProgress(
            bytesRead: position, totalBytes: identity.isRegular ? identity.size : nil)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                position += count
                return count
            }
            if count == 0 {
                try checkUnchanged()
                return 0
            }
            guard errno == EINTR else { throw .system(errno, "read", file) }
        }
    }

    /// Up to `count` bytes of a file from this place on.
    static func part(
        of path: String, from start: Int, count: Int
    ) throws(RecordsError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, "open", path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &bytes, count, off_t(start))
        guard got >= 0 else { throw .system(errno, "read", path) }
        return Array(bytes.prefix(got))
    }

    private func checkUnchanged() throws(RecordsError) {
        let now = try InputIdentity(descriptor: descriptor, file: file)
        try identity.check(against: now, file: file, position: position)
    }
}
