/// How a file is compressed, told by its first bytes and never by its name.
enum Compression: String {
    case none, gzip, zstd, bzip2, xz

    /// How many bytes `init(start:)` wants to see.
    static let magicBytes = 6

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

/// Forms of files that are often taken for text; what they say of themselves and what to do.
private enum ForeignForm: String {
    case zip =
        "is a zip archive; list its entries with s3:listObjectsV2 and its name with a slash as prefix"
    case parquet = "is a Parquet file; its InputType is PARQUET"
    case utf16 = "is UTF-16; convert it, as with iconv -f utf-16 -t utf-8"

    init?(start: [UInt8]) {
        if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self = .zip
        } else if start.count > 4, start.starts(with: Array("PAR1".utf8)), start[4] < 0x20 {
            self = .parquet
        } else if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            self = .utf16
        } else {
            return nil
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
    if let form = ForeignForm(start: peeked.start) {
        throw RecordsError(.malformed, file: source.file, form.rawValue)
    }
    switch Compression(start: peeked.start) {
    case .none: return peeked
    case .gzip: return try GzipBytes(peeked)
    case .zstd, .bzip2, .xz: return try ArchiveBytes(peeked)
    }
}
