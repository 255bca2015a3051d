import Journal

/// Reads a file of lines that may still be growing: what follows the last line break is left out.
public struct LineFile: Sendable {
    private let path: String
    private let files: any FileSystem
    private let isCSV: Bool
    private static let blockSize = 1 << 20

    /// The lines of the file at this path; `isCSV` where quotes may hold line breaks.
    public init(_ path: String, isCSV: Bool = false, files: any FileSystem = SystemFiles()) {
        self.path = path
        self.isCSV = isCSV
        self.files = files
    }

    /// Calls `body` with blocks of whole lines, breaks included; each is valid during the call.
    /// A file that does not exist has no lines.
    public func forEachBlock(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        guard let file = try open() else { return }
        defer { files.close(file) }
        var memory = [UInt8](repeating: 0, count: Self.blockSize)
        var (offset, kept) = (0, 0)
        while true {
            if kept == memory.count {
                memory.append(contentsOf: [UInt8](repeating: 0, count: memory.count))
            }
            let count = try memory.withUnsafeMutableBytes { memory in
                try files.read(
                    file, into: UnsafeMutableRawBufferPointer(rebasing: memory[kept...]),
                    at: offset)
            }
            if count == 0 { return }
            offset += count
            let filled = kept + count
            let end = memory.withUnsafeBufferPointer { wholePart(of: $0[..<filled]) }
            try memory.withUnsafeBufferPointer { memory in
                if end > 0 { try body(UnsafeBufferPointer(rebasing: memory[..<end])) }
            }
            memory.withUnsafeMutableBytes { memory in
                memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[end..<filled]))
            }
            kept = filled - end
        }
    }

    /// Calls `body` with each line, without its break, until it returns false.
    public func forEachLine(_ body: (UnsafeBufferPointer<UInt8>) throws -> Bool) throws {
        struct Enough: Error {}
        do {
            try forEachBlock { block in
                var rest = block[...]
                while let end = rest.firstIndex(of: 0x0A) {
                    let line = UnsafeBufferPointer(rebasing: rest[..<end])
                    guard try body(line) else { throw Enough() }
                    rest = rest[(end + 1)...]
                }
            }
        } catch is Enough {}
    }

    /// Where the last whole line, or row, of the bytes ends.
    private func wholePart(of bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        guard isCSV else { return bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0 }
        var isQuoted = false
        var end = 0
        for index in bytes.indices {
            if bytes[index] == 0x22 { isQuoted.toggle() }
            if bytes[index] == 0x0A, !isQuoted { end = index + 1 }
        }
        return end
    }

    private func open() throws -> Int32? {
        do {
            return try files.open(path, .read)
        } catch {
            if error.isMissing { return nil }
            throw RunError(.system, "cannot read '\(path)'", path: path)
        }
    }
}
