import Journal

#if canImport(Glibc)
import Glibc
#endif

/// Rows of fixed size in a file without a name, by number: what would not fit in memory for many
/// items lies on the disk, and the system keeps of it what it has room for.
final class ScratchTable<Row: BitwiseCopyable> {
    private let file: CInt
    private var rows: UnsafeMutableBufferPointer<Row>
    /// How many rows have been used.
    private(set) var count = 0

    init() throws(RunError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(folder)/maprun-XXXXXX".utf8CString)
        file = mkstemp(&name)
        rows = UnsafeMutableBufferPointer(start: nil, count: 0)
        guard file >= 0 else {
            throw RunError(
                .system,
                "cannot make a temporary file in '\(folder)': "
                    + "\(String(cString: strerror(errno))); set TMPDIR to another folder")
        }
        unlink(&name)
        try grow(to: 1 << 12)
    }

    deinit {
        unmap()
        close(file)
    }

    /// The row of this number; those not set yet are all zeros.
    subscript(index: Int) -> Row {
        get { rows[index] }
        set { rows[index] = newValue }
    }

    /// The used rows.
    var used: UnsafeMutableBufferPointer<Row> {
        UnsafeMutableBufferPointer(rebasing: rows[..<count])
    }

    /// Makes room for a row of this number.
    func reserve(_ index: Int) throws(RunError) {
        if index >= rows.count { try grow(to: max(index + 1, rows.count * 2)) }
        count = max(count, index + 1)
    }

    private func grow(to count: Int) throws(RunError) {
        unmap()
        let size = count * MemoryLayout<Row>.stride
        guard ftruncate(file, size) == 0,
            let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
            start != MAP_FAILED
        else {
            throw RunError(
                .system,
                "cannot use \(size) bytes of a temporary file: "
                    + "\(String(cString: strerror(errno))); set TMPDIR to a folder with more room")
        }
        rows = UnsafeMutableBufferPointer(
            start: start.bindMemory(to: Row.self, capacity: count), count: count)
    }

    private func unmap() {
        guard let start = rows.baseAddress else { return }
        munmap(start, rows.count * MemoryLayout<Row>.stride)
        rows = UnsafeMutableBufferPointer(start: nil, count: 0)
    }
}
