import JSON

/// Where outcomes wait for an earlier item when there is no journal to read them from again: a
/// stream of records of which the last few megabytes are in memory and the rest, if ever there is
/// so much, in a file.
final class WaitingRoom {
    private static let memoryLimit = 8 << 20

    private let directory: String
    private let files: any FileSystem
    private var file: Int32?
    private var memory = ByteBuffer(capacity: 64 << 10)
    /// The place in the stream, and in the file, that the memory starts with. Not 0, where a
    /// segment would have its header.
    private var start = SegmentHeader.smallestSize

    init(directory: String, files: any FileSystem) {
        self.directory = directory
        self.files = files
    }

    deinit {
        if let file { files.close(file) }
    }

    private var path: String { SegmentFile.path(directory, 1) }

    /// Where the next record will be.
    var end: JournalPosition { JournalPosition(segment: 1, offset: start + memory.count) }

    /// Takes a record in.
    func append(_ frame: UnsafeRawBufferPointer) throws(RunError) {
        if memory.count + frame.count > Self.memoryLimit { try writeOut() }
        memory.append(frame.assumingMemoryBound(to: UInt8.self))
    }

    /// The bytes from this place on, if they are in memory.
    func bytes(from place: JournalPosition) -> UnsafeRawBufferPointer? {
        guard place.offset >= start, place.offset < start + memory.count else { return nil }
        let bytes = UnsafeRawBufferPointer(memory.bytes)
        return bytes.part(place.offset - start..<bytes.count)
    }

    /// Forgets everything; places of later records are new ones.
    func clear() {
        start += memory.count
        memory.removeAll()
    }

    /// Moves what is in memory to the file.
    func writeOut() throws(RunError) {
        let file = try open()
        try files.writeAll(file, UnsafeRawBufferPointer(memory.bytes), at: start, path: path)
        clear()
    }

    private func open() throws(RunError) -> Int32 {
        if let file { return file }
        try files.makeDirectories(directory)
        let file = try files.open(path, .create, to: "create")
        self.file = file
        return file
    }

    /// Removes the file and its folder, if there are any.
    func remove() throws(RunError) {
        guard file != nil else { return }
        for name in [path, directory] {
            do { try files.remove(name) } catch { throw error.error("remove", name) }
        }
    }
}
