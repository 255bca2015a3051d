/// Cuts an expression's text into tokens, on demand: only the parser knows whether a slash
/// divides or begins a regular expression.
struct Lexer {
    let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// Reads the next token; `afterOperand` says that a slash is a division here.
    mutating func next(afterOperand: Bool) throws -> Token {
        try skipBlanksAndComments()
        let start = position
        guard let byte = peek() else { return Token(kind: .end, text: "(end)", offset: start) }
        if byte == UInt8(ascii: "/") && !afterOperand { return try regex() }
        if let symbol = Self.symbol(at: position, in: bytes) {
            position += symbol.utf8.count
            return Token(kind: .symbol, text: symbol, offset: start)
        }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try string(quote: byte)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "`"): return try quotedName()
        default: return name()
        }
    }

    func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    mutating func advance(_ count: Int = 1) { position += count }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0B) || byte == 0x0D
    }

    private mutating func skipBlanksAndComments() throws {
        while let byte = peek() {
            if Self.isBlank(byte) {
                position += 1
            } else if byte == UInt8(ascii: "/") && peek(1) == UInt8(ascii: "*") {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws {
        let start = position
        position += 2
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
        throw JSONataError("S0106", at: start)
    }

    private static let pairs: Set<String> = [
        "..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??",
    ]
    private static let singles = Set(".[]{}(),@#;:?+-*/%|=<>^&!~".utf8)

    private static func symbol(at position: Int, in bytes: [UInt8]) -> String? {
        guard singles.contains(bytes[position]) else { return nil }
        if position + 1 < bytes.count {
            let pair = String(decoding: bytes[position...position + 1], as: UTF8.self)
            if pairs.contains(pair) { return pair }
        }
        return String(UnicodeScalar(bytes[position]))
    }

    private mutating func name() -> Token {
        let start = position
        while let byte = peek(), !Self.isBlank(byte), !Self.singles.contains(byte) { position += 1 }
        if bytes[start] == UInt8(ascii: "$") {
            return Token(kind: .variable, text: text(start + 1..<position), offset: start)
        }
        let name = text(start..<position)
        switch name {
        case "and", "or", "in": return Token(kind: .symbol, text: name, offset: start)
        case "true", "false", "null": return Token(kind: .literal, text: name, offset: start)
        default: return Token(kind: .name, text: name, offset: start)
        }
    }

    private mutating func quotedName() throws -> Token {
        let start = position
        position += 1
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "`") {
                return Token(kind: .name, text: text(start + 1..<position - 1), offset: start)
            }
        }
        throw JSONataError("S0105", at: start)
    }
}
