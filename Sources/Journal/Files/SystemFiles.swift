import CBytes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The operating system's own files.
public struct SystemFiles: FileSystem {
    /// The file system of this machine.
    public init() {}

    public func open(_ path: String, _ mode: OpenMode) throws(SystemFault) -> Int32 {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .create: O_RDWR | O_CREAT | O_TRUNC
            case .update: O_RDWR | O_CREAT
            }
        #if canImport(Glibc)
        return try Self.retried { Glibc.open(path, flags | O_CLOEXEC, 0o666) }
        #else
        return try Self.retried { Darwin.open(path, flags | O_CLOEXEC, 0o666) }
        #endif
    }

    public func close(_ file: Int32) {
        #if canImport(Glibc)
        _ = Glibc.close(file)
        #else
        _ = Darwin.close(file)
        #endif
    }

    public func write(
        _ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemFault) -> Int {
        try Self.retried { pwrite(file, bytes.baseAddress, bytes.count, off_t(offset)) }
    }

    public func read(
        _ file: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SystemFault) -> Int {
        try Self.retried { pread(file, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    public func synchronize(_ file: Int32) throws(SystemFault) {
        #if canImport(Glibc)
        _ = try Self.retried { fdatasync(file) }
        #else
        _ = try Self.retried { fcntl(file, F_FULLFSYNC) }
        #endif
    }

    public func synchronizeDirectory(_ path: String) throws(SystemFault) {
        let directory = try open(path, .read)
        defer { close(directory) }
        _ = try Self.retried { fsync(directory) }
    }

    public func beginFlushing(_ file: Int32, _ bytes: Range<Int>) {
        #if canImport(Glibc)
        cbytes_begin_flushing(file, Int64(bytes.lowerBound), Int64(bytes.count))
        #endif
    }

    public func release(_ file: Int32, _ bytes: Range<Int>) {
        #if canImport(Glibc)
        // Advice: nothing is lost where it is not taken.
        _ = posix_fadvise(file, off_t(bytes.lowerBound), off_t(bytes.count), POSIX_FADV_DONTNEED)
        #endif
    }

    public func truncate(_ file: Int32, to length: Int) throws(SystemFault) {
        _ = try Self.retried { ftruncate(file, off_t(length)) }
    }

    public func size(_ file: Int32) throws(SystemFault) -> Int {
        var status = stat()
        _ = try Self.retried { fstat(file, &status) }
        return Int(status.st_size)
    }

    /// Repeats a call that a signal interrupted.
    static func retried<Result: SignedInteger>(
        _ call: () -> Result
    ) throws(SystemFault) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            guard errno == EINTR else { throw .last }
        }
    }
}
