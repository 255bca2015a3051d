import Glibc

/// The bytes of a file as they lie on the disk. Checks at the end that the file is still the same.
final class FileBytes: ByteSource {
    let file: String
    private let descriptor: CInt
    private let identity: InputIdentity
    private var position = 0
    /// Bytes that were looked at before reading began and are delivered first.
    private var peeked: ArraySlice<UInt8> = []

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
            bytesRead: position - peeked.count,
            totalBytes: identity.isRegular ? identity.size : nil)
    }

    /// Up to `count` bytes from the start, without taking them away; for pipes as well as files.
    func peek(_ count: Int) throws(RecordsError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + filled }, count - filled)
            }
            if got == 0 { break }
            guard got > 0 || errno == EINTR else { throw .system(errno, "read", file) }
            filled += max(got, 0)
        }
        position = filled
        peeked = bytes[..<filled]
        return Array(peeked)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        if !peeked.isEmpty { return takePeeked(into: buffer) }
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

    private func takePeeked(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = peeked.prefix(buffer.count)
        buffer.copyBytes(from: part)
        peeked = peeked.dropFirst(part.count)
        return part.count
    }

    private func checkUnchanged() throws(RecordsError) {
        guard identity.isRegular else { return }
        let now = try InputIdentity(descriptor: descriptor, file: file)
        guard now != identity || position != identity.size else { return }
        let sizes = "\(identity.size) bytes when it was opened, \(now.size) now"
        throw RecordsError(
            .changed, file: file,
            "changed while it was read (\(sizes)); run again over a file that stays as it is",
            byteOffset: position)
    }
}
