#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A window over the file of one segment: bytes read ahead, and a cursor in them.
struct SegmentBuffer: ~Copyable {
    static let usualCapacity = 1 << 20

    private let files: any FileSystem
    private(set) var segment: Int
    private(set) var path = ""
    private var file: Int32?
    /// Whether a segment is released once it is left.
    var releasesBehind = false
    private var memory: UnsafeMutableRawBufferPointer
    /// The byte of the file that the memory starts with.
    private var start: Int
    private var filled = 0
    private var cursor = 0

    /// A window that will open at `offset` of `segment`.
    init(_ segment: Int, at offset: Int, files: any FileSystem) {
        self.segment = segment
        self.files = files
        start = offset
        memory = .allocate(byteCount: Self.usualCapacity, alignment: 8)
    }

    deinit {
        memory.deallocate()
        if let file { files.close(file) }
    }

    /// Whether a file is open.
    var isOpen: Bool { file != nil }
    /// The byte of the file at the cursor.
    var offset: Int { start + cursor }
    /// Where the cursor is.
    var position: JournalPosition { JournalPosition(segment: segment, offset: offset) }
    /// The bytes from the cursor on.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory).part(cursor..<filled) }

    /// Goes to the start of this segment or, if it is the first, to where it was made to start.
    mutating func open(_ file: Int32, segment: Int, path: String) {
        if let old = self.file {
            if releasesBehind { files.release(old, 0..<offset) }
            files.close(old)
        }
        if self.segment != segment || self.file != nil { start = 0 }
        self.file = file
        self.segment = segment
        self.path = path
        filled = 0
        cursor = 0
    }

    /// Closes the file, to be opened again at its start.
    mutating func close() {
        if let file { files.close(file) }
        file = nil
        start = 0
        filled = 0
        cursor = 0
    }

    /// Takes the next `count` bytes, which must be there.
    mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
        defer { cursor += count }
        return UnsafeRawBufferPointer(memory).part(cursor..<cursor + count)
    }

    /// The bytes from this place on, if it is in memory.
    func bytes(from place: JournalPosition) -> UnsafeRawBufferPointer? {
        guard place.segment == segment, place.offset >= start, place.offset < start + filled
        else { return nil }
        return UnsafeRawBufferPointer(memory).part(place.offset - start..<filled)
    }

    /// Forgets what was read beyond the cursor: a writer may since have completed it.
    mutating func forgetRest() { filled = cursor }

    /// Reads until `count` bytes follow the cursor; false if the file does not have them.
    mutating func fill(_ count: Int) throws(RunError) -> Bool {
        guard count > filled - cursor else { return true }
        guard let file else { return false }
        // A damaged length must not make us allocate what the file cannot hold.
        guard try length(file) - offset >= count else { return false }
        makeRoom(count)
        let space = UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
        filled += try files.readAll(file, into: space, at: start + filled, path: path)
        return filled >= count
    }

    private func length(_ file: Int32) throws(RunError) -> Int {
        do { return try files.size(file) } catch { throw error.error("read", path) }
    }

    /// Moves what follows the cursor to the front of memory that holds `count` bytes.
    private mutating func makeRoom(_ count: Int) {
        let have = filled - cursor
        let capacity = max(count, Self.usualCapacity)
        if capacity != memory.count {
            let other = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
            other.copyMemory(from: rest)
            memory.deallocate()
            memory = other
        } else if have > 0, let base = memory.baseAddress {
            memmove(base, base + cursor, have)
        }
        start += cursor
        cursor = 0
        filled = have
    }
}
