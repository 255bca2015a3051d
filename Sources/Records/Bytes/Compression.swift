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

    /// Of which compressed stream these bytes, all that a file has, are no more than the beginning.
    /// Those that text may have too count where the file's name says how it is compressed.
    init?(cutTo whole: [UInt8], of file: String) {
        let found = Self.beginnings.first { compression, magic, suffix in
            guard magic.starts(with: whole), whole.count < magic.count else { return false }
            return file.hasSuffix(suffix) || whole.contains { $0 >= 0x80 || $0 < 0x20 }
        }
        guard let found else { return nil }
        self = found.compression
    }

    /// Whether the file's name says that it is compressed.
    static func isNamed(by file: String) -> Bool {
        beginnings.contains { file.hasSuffix($0.suffix) }
    }

    private static let beginnings: [(compression: Compression, magic: [UInt8], suffix: String)] = [
        (.gzip, [0x1F, 0x8B], ".gz"), (.zstd, [0x28, 0xB5, 0x2F, 0xFD], ".zst"),
        (.bzip2, Array("BZh".utf8), ".bz2"), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], ".xz"),
    ]
}

/// Opens the file at `path` and decompresses what it holds.
func openBytes(path: String) throws(RecordsError) -> any ByteSource {
    try decompressing(FileBytes(path: path))
}

/// Decompresses what `source` holds, if it is compressed.
func decompressing(_ source: any ByteSource) throws(RecordsError) -> any ByteSource {
    let peeked = try PeekedBytes(source, count: Compression.magicBytes)
    switch Compression(start: peeked.start) {
    case .none:
        let isCut = peeked.start.count < Compression.magicBytes
        if isCut, let cut = Compression(cutTo: peeked.start, of: source.file) {
            throw RecordsError(
                .truncated, file: source.file,
                "the \(cut.rawValue) stream ends within its first bytes; the file is not whole, "
                    + "fetch it again", byteOffset: 0, fileOffset: peeked.start.count)
        }
        return peeked
    case .gzip:
        let tellsSize = peeked.start.withUnsafeBytes { BlockGzipBytes.size($0) } != nil
        return tellsSize ? BlockGzipBytes(peeked) : try GzipBytes(peeked)
    case .zstd: return try ArchiveBytes(ZstdFrames(peeked))
    case .bzip2, .xz: return try ArchiveBytes(peeked)
    }
}
