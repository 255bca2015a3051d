import CBytes
import JSON

extension IntrinsicFunction {
    /// The pieces between delimiters, of which `delimiters` is a set; empty pieces are dropped.
    static func split(_ text: Text, at delimiters: Text) -> [Value] {
        if let delimiter = delimiters.onlyByte { return split(text, at: delimiter) }
        guard let set = DelimiterSet(delimiters) else {
            let set = Set(delimiters.string.unicodeScalars)
            return text.string.unicodeScalars.split { set.contains($0) }.map { .string(String($0)) }
        }
        var pieces: [Value] = []
        text.withUTF8 { bytes in
            // Counting first is cheaper than letting the array grow.
            pieces.reserveCapacity(bytes.count { set.contains($0) } + 1)
            var start = 0
            for (index, byte) in bytes.enumerated() where set.contains(byte) {
                if index > start { pieces.append(.string(text.slice(start..<index))) }
                start = index + 1
            }
            if bytes.count > start { pieces.append(.string(text.slice(start..<bytes.count))) }
        }
        return pieces
    }

    private static func split(_ text: Text, at delimiter: UInt8) -> [Value] {
        var pieces: [Value] = []
        text.withUTF8 { bytes in
            // Counting first is cheaper than letting the array grow.
            var count = 1
            for byte in bytes where byte == delimiter { count += 1 }
            pieces.reserveCapacity(count)
            var start = 0
            for index in 0..<bytes.count where bytes[index] == delimiter {
                if index > start { pieces.append(.string(text.slice(start..<index))) }
                start = index + 1
            }
            if bytes.count > start { pieces.append(.string(text.slice(start..<bytes.count))) }
        }
        return pieces
    }

    /// The value that the JSON text describes; nothing but blanks is null.
    static func parse(_ text: Text) throws(IntrinsicFault) -> Value {
        if let number = number(text) { return .number(number) }
        let isBlank = text.withUTF8 { bytes in bytes.allSatisfy { $0 <= 0x20 } }
        guard !isBlank else { return .null }
        do throws(ParseError) {
            return try Value.parse(text.withUTF8 { Document(copying: $0) })
        } catch {
            throw IntrinsicFault("the text is not JSON, \(error)")
        }
    }

    /// Reads an integer, the most frequent text, without a document for it.
    private static func number(_ text: Text) -> Number? {
        text.withUTF8 { bytes in
            let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
            guard let first = digits.first, digits.count <= 18,
                digits.count == 1 || first != UInt8(ascii: "0")
            else { return nil }
            var value = 0
            for byte in digits {
                let digit = byte &- UInt8(ascii: "0")
                guard digit <= 9 else { return nil }
                value = value &* 10 &+ Int(digit)
            }
            return Number(digits.count == bytes.count ? value : -value)
        }
    }

    /// The lower-case hexadecimal digest of a string, or of the JSON text of anything else.
    static func hash(_ data: Value, _ algorithm: Text) throws(IntrinsicFault) -> String {
        let algorithms: [(Text, cbytes_digest)] = [
            ("MD5", CBYTES_MD5), ("SHA-1", CBYTES_SHA1), ("SHA-256", CBYTES_SHA256),
            ("SHA-384", CBYTES_SHA384), ("SHA-512", CBYTES_SHA512),
        ]
        guard let kind = algorithms.first(where: { $0.0 == algorithm })?.1 else {
            throw IntrinsicFault(
                "the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512, "
                    + "not '\(algorithm)'")
        }
        let text = data.text ?? Text(data.serialized)
        try checkLength(text)
        var digest = [UInt8](repeating: 0, count: 64)
        let count = text.withUTF8 { cbytes_digest(kind, $0.baseAddress, $0.count, &digest) }
        var hex: [UInt8] = []
        hex.reserveCapacity(2 * count)
        for byte in digest.prefix(count) {
            hex.append(hexDigits[Int(byte >> 4)])
            hex.append(hexDigits[Int(byte & 15)])
        }
        return String(decoding: hex, as: UTF8.self)
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    static func base64Encode(_ text: Text) throws(IntrinsicFault) -> String {
        try checkLength(text)
        return text.withUTF8(Base64.encode)
    }

    static func base64Decode(_ text: Text) throws(IntrinsicFault) -> String {
        try checkLength(text)
        guard let bytes = text.withUTF8(Base64.decode) else {
            throw IntrinsicFault("the text is not Base64")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Java counts UTF-16 units; only a text with more bytes than the limit needs counting.
    private static func checkLength(_ text: Text) throws(IntrinsicFault) {
        guard text.utf8Count > longestText, text.string.utf16.count > longestText else { return }
        throw IntrinsicFault("the text has more than \(longestText) characters")
    }
}

extension Text {
    /// The byte, if the text is one ASCII character.
    fileprivate var onlyByte: UInt8? {
        withUTF8 { bytes in bytes.count == 1 && bytes[0] < 0x80 ? bytes[0] : nil }
    }
}

/// A set of ASCII characters.
private struct DelimiterSet {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Nil if there are others than ASCII characters among the delimiters.
    init?(_ delimiters: Text) {
        let isASCII = delimiters.withUTF8 { bytes in bytes.allSatisfy { $0 < 0x80 } }
        guard isASCII else { return nil }
        delimiters.withUTF8 { bytes in
            for byte in bytes {
                if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
            }
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<64: low >> UInt64(byte) & 1 == 1
        case 64..<128: high >> UInt64(byte - 64) & 1 == 1
        default: false
        }
    }
}
