import JSON

/// What readers of a file see while its end is written anew.
public enum OldEnd: Sendable {
    /// The end goes and comes again: it will be the same bytes.
    case returns
    /// The old end may be other bytes; it stays until the new file is as long.
    case staysUntilReached
    /// The old file stays until the new one is complete.
    case staysUntilFinished
}

/// A file that grows at its end, and can be continued from an earlier length. Where what it has
/// behind that is going to change it is written under another name, and renamed: readers must not
/// see half of the one and half of the other.
public final class ResumableFile {
    private static let bufferSize = 256 << 10

    /// The file that will take the place of the one at `path`.
    private struct Draft {
        /// The length from which on it does; nil if only once it is finished.
        var enough: Int?
    }

    private let path: String
    /// How much of its end stays in the system's memory, for those who read it at once.
    private let keptBytes: Int
    private let files: any FileSystem
    private var file: Int32?
    private var draft: Draft?
    private var length = 0
    /// What is before this byte is on disk and released.
    private var released = 0
    private var buffer = ByteBuffer(capacity: bufferSize + 4096)

    private var draftPath: String { path + ".new" }

    /// Where the bytes go now.
    private var currentPath: String { draft == nil ? path : draftPath }

    /// A file at this path, opened when `start` is called.
    public init(
        path: String, keptBytes: Int = 256 << 20, files: any FileSystem = SystemFiles()
    ) {
        self.path = path
        self.keptBytes = keptBytes
        self.files = files
    }

    deinit {
        if let file { files.close(file) }
    }

    /// Goes on from what `save` has returned, or from the beginning; false if the file is shorter.
    public func start(at saved: Value?, _ oldEnd: OldEnd) throws(RunError) -> Bool {
        buffer.removeAll()
        close()
        guard let saved else { return try begin(oldEnd) }
        if let length = saved.number?.int { return try proceed(from: length, oldEnd) }
        guard let length = saved["draft"]?.number?.int else { return false }
        draft = Draft(enough: saved["enough"]?.number?.int)
        if try take(draftPath, length) { return true }
        // It has taken the place of the old one after that was saved.
        draft = nil
        return try proceed(from: length, .staysUntilReached)
    }

    private func begin(_ oldEnd: OldEnd) throws(RunError) -> Bool {
        let size = try size(of: path) ?? 0
        guard size > 0 else { return try take(path, 0) }
        switch oldEnd {
        case .returns: return try take(path, 0)
        case .staysUntilReached: draft = Draft(enough: size)
        case .staysUntilFinished: draft = Draft(enough: nil)
        }
        return try take(draftPath, 0)
    }

    private func proceed(from length: Int, _ oldEnd: OldEnd) throws(RunError) -> Bool {
        guard let size = try size(of: path), size >= length else { return false }
        guard size > length else { return try take(path, length) }
        if case .returns = oldEnd { return try take(path, length) }
        try copy(length)
        draft = Draft(enough: size)
        return try take(draftPath, length)
    }

    /// Opens a file to go on behind `length` bytes; false if it has fewer.
    private func take(_ path: String, _ length: Int) throws(RunError) -> Bool {
        let file = try files.open(path, .update, to: "open")
        self.file = file
        do {
            let size = try files.size(file)
            guard size >= length else {
                close()
                return false
            }
            if size > length { try files.truncate(file, to: length) }
        } catch {
            throw error.error("continue", path)
        }
        self.length = length
        released = 0
        return true
    }

    private func size(of path: String) throws(RunError) -> Int? {
        do {
            let file = try files.open(path, .read)
            defer { files.close(file) }
            return try files.size(file)
        } catch {
            if error.isMissing { return nil }
            throw error.error("continue", path)
        }
    }

    /// Begins a draft with the first bytes of the file.
    private func copy(_ length: Int) throws(RunError) {
        let source = try files.open(path, .read, to: "continue")
        defer { files.close(source) }
        let target = try files.open(draftPath, .create, to: "write")
        defer { files.close(target) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)
        defer { memory.deallocate() }
        var done = 0
        while done < length {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: memory[..<min(memory.count, length - done)])
            let count = try files.readAll(source, into: part, at: done, path: path)
            guard count > 0 else { return }
            try files.writeAll(
                target, UnsafeRawBufferPointer(rebasing: part[..<count]), at: done,
                path: draftPath)
            done += count
        }
    }

    private func close() {
        if let file { files.close(file) }
        file = nil
        draft = nil
    }

    /// Appends what `add` writes.
    public func append(_ add: (inout ByteBuffer) -> Void) throws(RunError) {
        add(&buffer)
        if buffer.count >= Self.bufferSize { try writeOut() }
    }

    /// Writes what is buffered, flushes it if asked to, and returns how to go on from here.
    @discardableResult
    public func save(flushing: Bool) throws(RunError) -> Value {
        try writeOut()
        if flushing, let file {
            try files.flush(file, path: path)
            release(file)
        }
        if let enough = draft?.enough, length >= enough { try takePlace(flushing: flushing) }
        guard let draft else { return .int(length) }
        var place = ObjectValue([Member("draft", .int(length))])
        place["enough"] = draft.enough.map { .int($0) }
        return .object(place)
    }

    private func release(_ file: Int32) {
        let end = length - keptBytes
        guard end > released else { return }
        files.release(file, released..<end)
        released = end
    }

    /// Writes what is buffered, and ends a draft.
    public func finish(flushing: Bool) throws(RunError) {
        try save(flushing: flushing)
        if draft != nil { try takePlace(flushing: flushing) }
    }

    /// Puts the draft in the place of the old file.
    private func takePlace(flushing: Bool) throws(RunError) {
        do { try files.rename(draftPath, to: path) } catch { throw error.error("replace", path) }
        if flushing { try files.flushDirectory(path.parentPath) }
        draft = nil
    }

    /// Whether the file begins with these bytes.
    public func begins(with bytes: UnsafeBufferPointer<UInt8>) throws(RunError) -> Bool {
        guard let file, length >= bytes.count else { return false }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        defer { memory.deallocate() }
        let count = try files.readAll(file, into: memory, at: 0, path: currentPath)
        return count == bytes.count && memory.elementsEqual(UnsafeRawBufferPointer(bytes))
    }

    /// Writes all that there is once more, as `change` hands it on piece by piece. Readers, and
    /// whoever comes after a crash, find the old bytes or the new ones, durable at once.
    public func rewrite(
        _ change: (UnsafeBufferPointer<UInt8>, inout ByteBuffer) -> Void
    ) throws(RunError) {
        try writeOut()
        guard let file else { return }
        let path = currentPath
        let copy = path + ".wider"
        let target = try files.open(copy, .create, to: "write")
        var isKept = false
        defer { if !isKept { files.close(target) } }
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.bufferSize, alignment: 8)
        defer { memory.deallocate() }
        var changed = ByteBuffer()
        var (done, written) = (0, 0)
        while done < length {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: memory[..<min(memory.count, length - done)])
            let count = try files.readAll(file, into: part, at: done, path: path)
            guard count > 0 else { break }
            done += count
            let read = UnsafeRawBufferPointer(part).bindMemory(to: UInt8.self)
            change(UnsafeBufferPointer(rebasing: read[..<count]), &changed)
            try files.writeAll(
                target, UnsafeRawBufferPointer(changed.bytes), at: written, path: copy)
            written += changed.count
            changed.removeAll()
        }
        try files.flush(target, path: copy)
        do { try files.rename(copy, to: path) } catch { throw error.error("replace", path) }
        try files.flushDirectory(path.parentPath)
        files.close(file)
        self.file = target
        isKept = true
        length = written
    }

    private func writeOut() throws(RunError) {
        guard buffer.count > 0, let file else { return }
        try files.writeAll(file, UnsafeRawBufferPointer(buffer.bytes), at: length, path: path)
        files.beginFlushing(file, length..<length + buffer.count)
        length += buffer.count
        buffer.removeAll()
    }
}
