/// How a file is compressed, told by its first bytes and never by its name.
enum Compression: String {
    case none, gzip, zstd, bzip2, xz

    /// How many bytes are looked at.
    static let magicBytes = BlockGzipBytes.headerBytes

    init(start: [UInt8]) {
        if start.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
            || (start.count >= 4 && start[0] & 0xF0 == 0x50 && start[1...3] == [0x2A, 0x4D, 0x18])
        {
            self = .zstd
        } else if start.starts(with: Array("BZh".utf8)) {
            self = .bzip2
        } else if start.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
            self = .xz
        } else {
            self = .none
        }
    }
}

/// Opens the file at `path` and decompresses what it holds.
func openBytes(path: String) throws(RecordsError) -> any ByteSource {
    try decompressing(FileBytes(path: path))
}

/// Decompresses what `source` holds, if it is compressed.
func decompressing(_ source: any ByteSource) throws(RecordsError) -> any ByteSource {
    let peeked = try PeekedBytes(source, count: Compression.magicBytes)
    switch Compression(start: peeked.start) {
    case .none: return peeked
    case .gzip:
        let tellsSize = peeked.start.withUnsafeBytes { BlockGzipBytes.size($0) } != nil
        return tellsSize ? BlockGzipBytes(peeked) : try GzipBytes(peeked)
    case .zstd, .bzip2, .xz: return try ArchiveBytes(peeked)
    }
}
