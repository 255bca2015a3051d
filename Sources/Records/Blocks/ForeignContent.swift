import CBytes

/// What a file may hold that is no text at all, told by its first bytes: to read it as CSV or JSON
/// gives nonsense, or an error about some byte in it.
enum ForeignContent: CaseIterable {
    case zip, tar, parquet, orc, avro, utf32, utf16

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
        case .utf32:
            start.starts(with: [0xFF, 0xFE, 0, 0]) || start.starts(with: [0, 0, 0xFE, 0xFF])
                || start.zeros.isUTF32
        case .utf16:
            start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
                || start.zeros.isUTF16
        }
    }

    /// What it is and what to do; without a byte order mark iconv needs to be told the `order`.
    func message(readAs type: ReaderConfiguration.InputType, order: String = "") -> String {
        switch self {
        case .zip, .tar:
            "is a \(self == .zip ? "zip" : "tar") archive, not \(type.rawValue); read its entries "
                + "with s3:listObjectsV2 and a Prefix that ends in its key and '/', or unpack it"
        case .parquet: "is a Parquet file, not \(type.rawValue); set InputType to PARQUET"
        case .orc, .avro:
            "is \(self == .orc ? "an ORC" : "an Avro") file, not \(type.rawValue); convert it"
        case .utf16, .utf32:
            "is UTF-\(self == .utf16 ? 16 : 32), not UTF-8; convert the file, as with iconv "
                + "-f utf-\(self == .utf16 ? "16" : "32")\(order) -t utf-8"
        }
    }
}

/// How many zeros there are at even and at odd places: in text of 16 bits a character those at one
/// of them are the other half of ASCII, in UTF-8 they hardly occur.
private struct Zeros {
    var (even, odd, all) = (0, 0, 0)

    var isUTF16: Bool {
        let units = all / 2
        return min(even, odd) == 0 && max(even, odd) >= (units <= 2 ? 1 : max(2, units / 16))
    }

    /// Three of four bytes are zeros, or nearly so.
    var isUTF32: Bool { all >= 4 && min(even, odd) > 0 && (even + odd) * 2 > all }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate var zeros: Zeros {
        var zeros = Zeros()
        for (place, byte) in prefix(ForeignContent.magicBytes).enumerated() {
            zeros.all += 1
            if byte == 0 {
                if place % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
            }
        }
        return zeros
    }

    /// How iconv calls the order of bytes, where no mark tells it.
    fileprivate var byteOrder: String {
        if first == 0xFE || first == 0xFF { return "" }
        let zeros = zeros
        if zeros.isUTF16 { return zeros.odd > 0 ? "le" : "be" }
        guard zeros.isUTF32 else { return "" }
        if starts(with: [0, 0, 0xFE, 0xFF]) { return "" }
        return first == 0 ? "be" : "le"
    }

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
        let isText = found == .utf16 || found == .utf32
        throw RecordsError(
            isText ? .invalidUTF8 : .unsupported, file: file,
            found.message(readAs: type, order: window.byteOrder))
    }
}
