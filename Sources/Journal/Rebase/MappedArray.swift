#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An array in a file without a name: as large as the disk allows, gone with the process.
///
/// The kernel writes its pages out where memory is short, so that what grows with the number of
/// items takes none.
final class MappedArray<Element: BitwiseCopyable> {
    private let path: String
    private let file: Int32
    private var memory: UnsafeMutableBufferPointer<Element>
    private(set) var count = 0

    /// An empty array in the folder.
    init(in directory: String, name: String) throws(RunError) {
        path = "\(directory)/\(name)"
        file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        memory = UnsafeMutableBufferPointer(start: nil, count: 0)
        guard file >= 0 else { throw SystemFault.last.error("create", path) }
        unlink(path)
    }

    deinit {
        unmap()
        close(file)
    }

    /// The elements, valid until the next one is appended.
    var elements: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(rebasing: memory[..<count])
    }

    /// Adds an element at the end.
    func append(_ element: Element) throws(RunError) {
        if count == memory.count { try grow() }
        memory[count] = element
        count += 1
    }

    private func grow() throws(RunError) {
        let capacity = max(1 << 12, memory.count * 2)
        let size = capacity * MemoryLayout<Element>.stride
        unmap()
        guard ftruncate(file, off_t(size)) == 0,
            let place = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
            place != MAP_FAILED
        else { throw SystemFault.last.error("write", path) }
        memory = UnsafeMutableBufferPointer(
            start: place.bindMemory(to: Element.self, capacity: capacity), count: capacity)
    }

    private func unmap() {
        guard let base = memory.baseAddress else { return }
        munmap(base, memory.count * MemoryLayout<Element>.stride)
        memory = UnsafeMutableBufferPointer(start: nil, count: 0)
    }
}
