#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An array in a file without a name: as large as the disk allows, gone with the process.
///
/// The kernel writes its pages out where memory is short, so that what grows with the number of
/// items takes none.
package final class MappedArray<Element: BitwiseCopyable> {
    private let path: String
    private let file: Int32
    private var memory: UnsafeMutableBufferPointer<Element>
    /// How many elements there are.
    package private(set) var count = 0

    /// An empty array in the folder.
    package init(in directory: String, name: String) throws(RunError) {
        path = "\(directory)/\(name)"
        var unique = Array("\(path)-XXXXXX".utf8CString)
        file = mkstemp(&unique)
        memory = UnsafeMutableBufferPointer(start: nil, count: 0)
        guard file >= 0 else { throw SystemFault.last.error("create", path) }
        unlink(&unique)
        // Processes of tasks, started later, must not inherit it.
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        unmap()
        close(file)
    }

    /// The elements, valid until the next one is appended.
    package var elements: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(rebasing: memory[..<count])
    }

    /// Adds an element at the end.
    package func append(_ element: Element) throws(RunError) {
        if count == memory.count { try grow(to: count + 1) }
        memory[count] = element
        count += 1
    }

    /// Adds elements at the end.
    package func append(contentsOf added: UnsafeBufferPointer<Element>) throws(RunError) {
        if count + added.count > memory.count { try grow(to: count + added.count) }
        for (offset, element) in added.enumerated() { memory[count + offset] = element }
        count += added.count
    }

    /// Makes the array at least so long; new elements are all zeros.
    package func extend(to wanted: Int) throws(RunError) {
        if wanted > memory.count { try grow(to: wanted) }
        count = max(count, wanted)
    }

    /// One of the elements.
    package subscript(index: Int) -> Element {
        get { memory[index] }
        set { memory[index] = newValue }
    }

    private func grow(to wanted: Int) throws(RunError) {
        let capacity = max(1 << 12, wanted, memory.count * 2)
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
