import JSON

/// A segment that is written under another name and becomes part of the journal as a whole: whoever
/// is killed before has added nothing.
final class SegmentDraft {
    private let path: String
    private let files: any FileSystem
    private let file: Int32
    private var length = 0

    /// Begins a draft of the journal's next segment.
    init(
        _ directory: String, _ number: Int, run: String, files: any FileSystem
    ) throws(RunError) {
        path = SegmentFile.path(directory, number)
        self.files = files
        try files.makeDirectories(directory)
        file = try files.open(path + ".new", .create, to: "write")
        var header = ByteBuffer(capacity: 256)
        SegmentHeader(segment: number, run: run).append(to: &header)
        try write(UnsafeRawBufferPointer(header.bytes))
    }

    deinit { files.close(file) }

    /// Writes the records of `batch` and empties it.
    func append(_ batch: inout RecordBatch) throws(RunError) {
        try write(UnsafeRawBufferPointer(batch.bytes))
        batch.removeAll()
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(RunError) {
        try files.writeAll(file, bytes, at: length, path: path)
        length += bytes.count
    }

    /// Forgets the draft.
    func discard() throws(RunError) {
        do { try files.remove(path + ".new") } catch { throw error.error("remove", path + ".new") }
    }

    /// Makes the draft part of the journal.
    func finish(flushing: Bool) throws(RunError) {
        if flushing { try files.flush(file, path: path) }
        do { try files.rename(path + ".new", to: path) } catch { throw error.error("write", path) }
        if flushing { try files.flushDirectory(path.parentPath) }
    }
}
