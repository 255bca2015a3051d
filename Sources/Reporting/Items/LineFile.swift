import Journal

/// Reads a file of lines that may still be growing: what follows the last line break is left out.
public struct LineFile: Sendable {
    private let path: String
    private let files: any FileSystem
    private static let blockSize = 1 << 20

    /// The lines of the file at this path.
    public init(_ path: String, files: any FileSystem = SystemFiles()) {
        self.path = path
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
            let end = memory[..<filled].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
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

    private func open() throws -> Int32? {
        do {
            return try files.open(path, .read)
        } catch {
            if error.isMissing { return nil }
            throw RunError(.system, "cannot read '\(path)'", path: path)
        }
    }
}
