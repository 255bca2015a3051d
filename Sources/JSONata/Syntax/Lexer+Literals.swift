import JSON

extension Lexer {
    mutating func number() throws -> Token {
        let start = position
        if peek() == UInt8(ascii: "0") { advance() } else { skipDigits() }
        if peek() == UInt8(ascii: "."), isDigit(peek(1)) {
            advance()
            skipDigits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
            if isDigit(peek(1 + sign)) {
                advance(1 + sign)
                skipDigits()
            }
        }
        let digits = text(start..<position)
        guard let value = Double(digits), value.isFinite else {
            throw JSONataError("S0102", at: start, token: digits)
        }
        return Token(kind: .number(value), text: digits, offset: start)
    }

    private func isDigit(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return byte >= 0x30 && byte <= 0x39
    }

    private mutating func skipDigits() {
        while isDigit(peek()) { advance() }
    }

    mutating func string(quote: UInt8) throws -> Token {
        let start = position
        var contents: [UInt8] = []
        advance()
        while let byte = peek() {
            advance()
            if byte == quote {
                return Token(
                    kind: .string, text: String(decoding: contents, as: UTF8.self), offset: start)
            }
            if byte == UInt8(ascii: "\\") {
                try escape(to: &contents)
            } else {
                contents.append(byte)
            }
        }
        throw JSONataError("S0101", at: start)
    }

    private mutating func escape(to contents: inout [UInt8]) throws {
        let start = position
        guard let letter = peek() else { throw JSONataError("S0101", at: start) }
        advance()
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): contents.append(letter)
        case UInt8(ascii: "b"): contents.append(0x08)
        case UInt8(ascii: "f"): contents.append(0x0C)
        case UInt8(ascii: "n"): contents.append(0x0A)
        case UInt8(ascii: "r"): contents.append(0x0D)
        case UInt8(ascii: "t"): contents.append(0x09)
        case UInt8(ascii: "u"): try unicodeEscape(to: &contents)
        default:
            // The letter may begin a longer UTF-8 sequence; show the character as written.
            let rest = text(start..<min(start + 4, bytes.count))
            throw JSONataError(
                "S0103", at: start, token: rest.unicodeScalars.first.map(String.init))
        }
    }

    /// A surrogate without its partner has no UTF-8 form and becomes U+FFFD.
    private mutating func unicodeEscape(to contents: inout [UInt8]) throws {
        var unit = try hexUnit()
        if unit & 0xFC00 == 0xD800, peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") {
            let mark = self
            advance(2)
            let low = try hexUnit()
            if low & 0xFC00 == 0xDC00 {
                unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF)
            } else {
                self = mark
            }
        }
        contents.append(contentsOf: String(UnicodeScalar(unit) ?? "\u{FFFD}").utf8)
    }

    private mutating func hexUnit() throws -> UInt32 {
        let start = position
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(),
                let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80
            else { throw JSONataError("S0104", at: start) }
            unit = unit << 4 | UInt32(digit)
            advance()
        }
        return unit
    }

    /// A slash ends the pattern unless it is escaped or inside brackets, braces or parentheses.
    mutating func regex() throws -> Token {
        let start = position
        advance()
        var depth = 0
        var escaped = false
        while let byte = peek() {
            if byte == UInt8(ascii: "/") && depth == 0 && !escaped {
                return try finishRegex(from: start)
            }
            if !escaped {
                switch byte {
                case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                default: break
                }
            }
            escaped = byte == UInt8(ascii: "\\") && !escaped
            advance()
        }
        throw JSONataError("S0302", at: start)
    }

    private mutating func finishRegex(from start: Int) throws -> Token {
        let pattern = text(start + 1..<position)
        guard !pattern.isEmpty else { throw JSONataError("S0301", at: start) }
        advance()
        let flags = position
        while peek() == UInt8(ascii: "i") || peek() == UInt8(ascii: "m") { advance() }
        return Token(kind: .regex(flags: text(flags..<position)), text: pattern, offset: start)
    }
}
