import JSON

/// A file that is written under another name and takes its place as a whole: whoever is killed
/// before has changed nothing.
package final class FileDraft {
    private static let bufferSize = 256 << 10

    private let path: String
    private let files: any FileSystem
    private let file: Int32
    private var buffer = ByteBuffer(capacity: 4096)
    private var length = 0

    /// Begins a draft of the file at this path.
    package init(_ path: String, files: any FileSystem = SystemFiles()) throws(RunError) {
        self.path = path
        self.files = files
        file = try files.open(path + ".new", .create, to: "write")
    }

    deinit { files.close(file) }

    /// Appends bytes.
    package func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(RunError) {
        buffer.append(bytes)
        if buffer.count >= Self.bufferSize { try writeOut() }
    }

    private func writeOut() throws(RunError) {
        try files.writeAll(
            file, UnsafeRawBufferPointer(buffer.bytes), at: length, path: path + ".new")
        length += buffer.count
        buffer.removeAll()
    }

    /// Forgets the draft.
    package func discard() throws(RunError) {
        do { try files.remove(path + ".new") } catch { throw error.error("remove", path + ".new") }
    }

    /// Puts the draft in the file's place.
    package func finish(flushing: Bool) throws(RunError) {
        try writeOut()
        if flushing { try files.flush(file, path: path) }
        do { try files.rename(path + ".new", to: path) } catch { throw error.error("write", path) }
        if flushing { try files.flushDirectory(path.parentPath) }
    }
}
