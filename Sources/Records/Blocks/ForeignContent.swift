import CBytes

/// What a file may hold that is no text at all, told by its first bytes: to read it as CSV or JSON
/// gives nonsense, or an error about some byte in it.
enum ForeignContent: CaseIterable {
    case zip, tar, parquet, orc, avro, utf16

    /// How many bytes are looked at.
    static let magicBytes = 262

    init?(_ start: UnsafeBufferPointer<UInt8>) {
        guard let found = Self.allCases.first(where: { $0.begins(start) }) else { return nil }
        self = found
    }

    private func begins(_ start: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .zip: start.has("PK\u{3}\u{4}") || start.has("PK\u{5}\u{6}")
        case .tar: start.has("ustar", at: 257)
        case .parquet: start.has("PAR1")
        case .orc:
            // A column may be called so; what follows in such a file is no text.
            start.has("ORC\u{8}") || start.has("ORC\u{A}") && start.prefix(64).contains { $0 < 9 }
        case .avro: start.has("Obj\u{1}")
        case .utf16: start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
        }
    }

    /// What it is and what to do.
    func message(readAs type: ReaderConfiguration.InputType) -> String {
        switch self {
        case .zip, .tar:
            "is a \(self == .zip ? "zip" : "tar") archive, not \(type.rawValue); read its entries "
                + "with s3:listObjectsV2 and a Prefix that ends in its key and '/', or unpack it"
        case .parquet: "is a Parquet file, not \(type.rawValue); set InputType to PARQUET"
        case .orc, .avro:
            "is \(self == .orc ? "an ORC" : "an Avro") file, not \(type.rawValue); convert it"
        case .utf16:
            "is UTF-16, not UTF-8; convert the file, as with iconv -f utf-16 -t utf-8"
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func has(_ magic: StaticString, at offset: Int = 0) -> Bool {
        guard count >= offset + magic.utf8CodeUnitCount else { return false }
        return self[offset...].prefix(magic.utf8CodeUnitCount).elementsEqual(
            UnsafeBufferPointer(start: magic.utf8Start, count: magic.utf8CodeUnitCount))
    }
}

extension RecordStream {
    /// Looks at the first bytes, and refuses what is no text.
    func refuseForeignContent(_ type: ReaderConfiguration.InputType) throws(RecordsError) {
        lookAhead(ForeignContent.magicBytes)
        let window = UnsafeBufferPointer(start: bytes + start, count: filled - start)
        guard let found = ForeignContent(window) else { return }
        throw RecordsError(
            found == .utf16 ? .invalidUTF8 : .unsupported, file: file, found.message(readAs: type))
    }
}
