import Journal
import Synchronization

/// A file system on which another process does something just before a certain step of ours.
final class RivalFiles: FileSystem {
    private let files: MemoryFiles
    private let step: Int
    private let act: Mutex<(@Sendable () -> Void)?>

    init(_ files: MemoryFiles, before step: Int, _ act: @escaping @Sendable () -> Void) {
        self.files = files
        self.step = step
        self.act = Mutex(act)
    }

    private var next: MemoryFiles {
        if files.steps + 1 >= step {
            let due = act.withLock { act in
                defer { act = nil }
                return act
            }
            due?()
        }
        return files
    }

    func open(_ path: String, _ mode: OpenMode) throws(SystemFault) -> Int32 {
        try next.open(path, mode)
    }
    func close(_ file: Int32) { files.close(file) }
    func write(
        _ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemFault) -> Int { try next.write(file, bytes, at: offset) }
    func read(
        _ file: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SystemFault) -> Int { try next.read(file, into: buffer, at: offset) }
    func synchronize(_ file: Int32) throws(SystemFault) { try next.synchronize(file) }
    func synchronizeDirectory(_ path: String) throws(SystemFault) {
        try next.synchronizeDirectory(path)
    }
    func truncate(_ file: Int32, to length: Int) throws(SystemFault) {
        try next.truncate(file, to: length)
    }
    func size(_ file: Int32) throws(SystemFault) -> Int { try next.size(file) }
    func rename(_ source: String, to target: String) throws(SystemFault) {
        try next.rename(source, to: target)
    }
    func link(_ source: String, to target: String) throws(SystemFault) {
        try next.link(source, to: target)
    }
    func remove(_ path: String) throws(SystemFault) { try next.remove(path) }
    func makeDirectory(_ path: String) throws(SystemFault) { try next.makeDirectory(path) }
    func entries(of directory: String) throws(SystemFault) -> [String] {
        try next.entries(of: directory)
    }
}
