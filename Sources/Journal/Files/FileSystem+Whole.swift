import JSON

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whole operations in terms of the system calls, with the errors users read.
extension FileSystem {
    /// Opens a file for `action`, which the error names.
    func open(_ path: String, _ mode: OpenMode, to action: String) throws(RunError) -> Int32 {
        do { return try open(path, mode) } catch { throw error.error(action, path) }
    }

    /// Writes all bytes, however many calls it takes.
    func writeAll(
        _ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int, path: String
    ) throws(RunError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            do {
                written += try write(file, rest, at: offset + written)
            } catch {
                throw error.error("write", path)
            }
        }
    }

    /// Fills the buffer as far as the file goes and returns how far that was.
    func readAll(
        _ file: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int, path: String
    ) throws(RunError) -> Int {
        var count = 0
        while count < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            do {
                let more = try read(file, into: rest, at: offset + count)
                if more == 0 { return count }
                count += more
            } catch {
                throw error.error("read", path)
            }
        }
        return count
    }

    /// Flushes the file's data.
    func flush(_ file: Int32, path: String) throws(RunError) {
        do { try synchronize(file) } catch { throw error.error("flush", path) }
    }

    /// Flushes the folder's entries.
    func flushDirectory(_ path: String) throws(RunError) {
        do { try synchronizeDirectory(path) } catch { throw error.error("flush", path) }
    }

    /// Makes a folder, and those above it, unless they are there.
    package func makeDirectories(_ path: String) throws(RunError) {
        do {
            try makeDirectory(path)
        } catch {
            if error.isTaken { return }
            let parent = path.parentPath
            guard error.isMissing, parent != path else { throw error.error("make", path) }
            try makeDirectories(parent)
            // Not by calling itself once more: where a file stands in place of the parent, that
            // would never end.
            do {
                try makeDirectory(path)
            } catch {
                if !error.isTaken { throw error.error("make", path) }
            }
        }
    }

    /// The contents of a file, or nil if there is none.
    package func contents(of path: String) throws(RunError) -> Document? {
        // Where it was replaced by another machine while it was read the new one is to be had.
        for _ in 0..<5 {
            do {
                return try readOnce(path)
            } catch {
                if error.isMissing { return nil }
                guard error.isStale else { throw error.error("read", path) }
            }
        }
        throw SystemFault(ESTALE).error("read", path)
    }

    private func readOnce(_ path: String) throws(SystemFault) -> Document {
        let file = try open(path, .read)
        defer { close(file) }
        let length = try size(file)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 8)
        var count = 0
        do throws(SystemFault) {
            while count < length {
                let rest = UnsafeMutableRawBufferPointer(rebasing: memory[count...])
                let more = try read(file, into: rest, at: count)
                if more == 0 { break }
                count += more
            }
        } catch {
            memory.deallocate()
            throw error
        }
        let bytes = UnsafeRawBufferPointer(rebasing: memory[..<count])
        let address = UInt(bitPattern: memory.baseAddress)
        return Document(borrowing: bytes.assumingMemoryBound(to: UInt8.self)) {
            UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
        }
    }

    /// Gives `path` new contents in one step: others see the old ones or the new ones.
    package func replace(
        _ path: String, with bytes: UnsafeRawBufferPointer, flushing: Bool
    ) throws(RunError) {
        let temporary = path + ".new"
        try create(temporary, with: bytes, flushing: flushing)
        do { try rename(temporary, to: path) } catch { throw error.error("replace", path) }
        if flushing { try flushDirectory(path.parentPath) }
    }

    /// Writes a file that nobody looks at yet.
    func create(
        _ path: String, with bytes: UnsafeRawBufferPointer, flushing: Bool
    ) throws(RunError) {
        let file = try open(path, .create, to: "write")
        do {
            try writeAll(file, bytes, at: 0, path: path)
            if flushing { try flush(file, path: path) }
        } catch {
            close(file)
            throw error
        }
        close(file)
    }
}

extension String {
    /// The folder this path lies in.
    var parentPath: String {
        guard let slash = utf8.lastIndex(of: 0x2F) else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// The last part of this path.
    var lastPathPart: String {
        guard let slash = utf8.lastIndex(of: 0x2F) else { return self }
        return String(self[index(after: slash)...])
    }
}
