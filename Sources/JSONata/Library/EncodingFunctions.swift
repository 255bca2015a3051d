import JSON

extension Library {
    static let encodingFunctions: [LibraryFunction] = [
        LibraryFunction("base64encode", "<s-:s>", arity: 1) { arguments, _ in
            guard let text = arguments.text(0) else { return .undefined }
            return .string(Base64.encode(text.withUTF8 { Array($0) }))
        },
        LibraryFunction("base64decode", "<s-:s>", arity: 1) { arguments, _ in
            guard let text = arguments.string(0) else { return .undefined }
            return .string(Base64.decode(text))
        },
        LibraryFunction("encodeUrl", "<s-:s>", arity: 1) { arguments, _ in
            encode(arguments, keeping: PercentEncoding.whole)
        },
        LibraryFunction("encodeUrlComponent", "<s-:s>", arity: 1) { arguments, _ in
            encode(arguments, keeping: PercentEncoding.component)
        },
        LibraryFunction("decodeUrl", "<s-:s>", arity: 1) { arguments, _ in
            try decode(arguments, keeping: PercentEncoding.reserved)
        },
        LibraryFunction("decodeUrlComponent", "<s-:s>", arity: 1) { arguments, _ in
            try decode(arguments, keeping: [])
        },
    ]

    private static func encode(_ arguments: Arguments, keeping kept: Set<UInt8>) -> Item {
        guard let text = arguments.text(0) else { return .undefined }
        return .string(PercentEncoding.encode(text.withUTF8 { Array($0) }, keeping: kept))
    }

    private static func decode(_ arguments: Arguments, keeping kept: Set<UInt8>) throws -> Item {
        guard let text = arguments.text(0) else { return .undefined }
        guard let decoded = PercentEncoding.decode(text.withUTF8 { Array($0) }, keeping: kept)
        else { throw JSONataError("D3140", value: .string(text)) }
        return .string(decoded)
    }
}

/// The percent encoding of URLs, with JavaScript's sets of characters.
enum PercentEncoding {
    private static let letters = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    static let reserved = Set(";/?:@&=+$,#".utf8)
    static let component = letters.union("-_.!~*'()".utf8)
    static let whole = component.union(reserved)

    static func encode(_ bytes: [UInt8], keeping kept: Set<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in bytes {
            if kept.contains(byte) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Nil for a bad sequence; the characters to keep stay encoded.
    static func decode(_ bytes: [UInt8], keeping kept: Set<UInt8>) -> String? {
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                out.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                let low = digit(bytes[index + 2])
            else { return nil }
            let byte = UInt8(high << 4 | low)
            out += kept.contains(byte) ? Array(bytes[index...index + 2]) : [byte]
            index += 3
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte < 0x80 ? Character(UnicodeScalar(byte)).hexDigitValue : nil
    }
}

/// Base64 over UTF-8; the reference engine knows Latin-1 only.
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var block = 0
            for index in 0..<3 {
                block = block << 8 | (index < count ? Int(bytes[start + index]) : 0)
            }
            for index in 0..<4 {
                let letter = alphabet[block >> (18 - 6 * index) & 63]
                out.append(index <= count ? letter : UInt8(ascii: "="))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Characters outside the alphabet are passed over; the end is at the padding.
    static func decode(_ text: String) -> String {
        var out: [UInt8] = []
        var block = 0
        var bits = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "=") { break }
            guard let value = alphabet.firstIndex(of: byte) else { continue }
            block = (block << 6 | value) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(block >> bits & 0xFF))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
