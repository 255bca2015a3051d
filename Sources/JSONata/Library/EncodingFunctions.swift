import JSON

extension Library {
    static let encodingFunctions: [LibraryFunction] = [
        LibraryFunction("base64encode", "<s-:s>", arity: 1) { arguments, _ in
            guard let text = arguments.text(0) else { return .undefined }
            return .string(text.withUTF8(Base64.encode))
        },
        LibraryFunction("base64decode", "<s-:s>", arity: 1) { arguments, _ in
            guard let text = arguments.text(0) else { return .undefined }
            let bytes = text.withUTF8(Base64.decodeLeniently)
            return .string(String(decoding: bytes, as: UTF8.self))
        },
        LibraryFunction("encodeUrl", "<s-:s>", arity: 1) { arguments, _ in
            encode(arguments, keeping: PercentEncoding.whole)
        },
        LibraryFunction("encodeUrlComponent", "<s-:s>", arity: 1) { arguments, _ in
            encode(arguments, keeping: PercentEncoding.component)
        },
        LibraryFunction("decodeUrl", "<s-:s>", arity: 1) { arguments, _ in
            try decode(arguments, "decodeUrl", keeping: PercentEncoding.reserved)
        },
        LibraryFunction("decodeUrlComponent", "<s-:s>", arity: 1) { arguments, _ in
            try decode(arguments, "decodeUrlComponent", keeping: [])
        },
    ]

    private static func encode(_ arguments: Arguments, keeping kept: Set<UInt8>) -> Item {
        guard let text = arguments.text(0) else { return .undefined }
        return .string(PercentEncoding.encode(text.withUTF8 { Array($0) }, keeping: kept))
    }

    private static func decode(
        _ arguments: Arguments, _ name: String, keeping kept: Set<UInt8>
    ) throws -> Item {
        guard let text = arguments.text(0) else { return .undefined }
        guard let decoded = PercentEncoding.decode(text.withUTF8 { Array($0) }, keeping: kept)
        else { throw JSONataError("D3140", token: name, value: .string(text)) }
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
