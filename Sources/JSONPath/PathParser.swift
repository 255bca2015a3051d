import JSON

/// Reads the text of a path: the dots and names here, brackets and filters in extensions.
struct PathParser {
    /// Where the path stands, which decides where a name ends and which signs it may have.
    enum Mode {
        case path
        /// Inside a filter: operators and blanks end the path.
        case operand
        /// The States Language's reference path: names with backslash escapes, no operators.
        case reference
    }

    /// More steps than anyone writes; evaluation recurses once a step.
    static let maximumSteps = 1000
    /// How deep parentheses may nest in a filter.
    static let maximumDepth = 100

    /// The text without the blanks around it.
    let text: String
    let bytes: [UInt8]
    var mode: Mode
    var position = 0
    var depth = 0

    init(_ text: String, mode: Mode) {
        let bytes = Self.trimmed(Array(text.utf8))
        self.bytes = bytes
        self.mode = mode
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// Drops control characters and blanks at both ends, as Java's `trim` does.
    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }),
            let last = bytes.lastIndex(where: { $0 > 0x20 })
        else { return [] }
        return Array(bytes[first...last])
    }

    /// Reads the whole text.
    mutating func parsePath() throws(PathSyntaxError) -> [PathStep] {
        guard let first = peek else { throw error("a path must not be empty") }
        if first == UInt8(ascii: "$") {
            position += 1
        } else if first == UInt8(ascii: "@") || mode == .reference {
            throw error("a path starts with '$'")
        } else {
            return try parseSteps(afterDot: true)
        }
        return try parseSteps()
    }

    /// Reads the steps after the root sign, to the end of the text or of the operand.
    mutating func parseSteps(afterDot: Bool = false) throws(PathSyntaxError) -> [PathStep] {
        var steps: [PathStep] = afterDot ? [try parseName()] : []
        if let byte = peek, steps.isEmpty, !endsOperand(byte), byte != UInt8(ascii: "."),
            byte != UInt8(ascii: "[")
        {
            throw error("expected '.' or '[' after the root")
        }
        while let byte = peek, !(mode == .operand && endsOperand(byte)) {
            try parseStep(byte, into: &steps)
            guard steps.count <= Self.maximumSteps else { throw error("the path is too long") }
        }
        return steps
    }

    private mutating func parseStep(
        _ byte: UInt8, into steps: inout [PathStep]
    ) throws(PathSyntaxError) {
        switch byte {
        case UInt8(ascii: "."):
            position += 1
            guard let next = peek else { throw error("a path must not end with a dot") }
            if next == UInt8(ascii: ".") {
                position += 1
                guard peek != nil else { throw error("a path must not end with '..'") }
                steps.append(.descend)
            } else if next != UInt8(ascii: "[") {
                steps.append(try parseName())
            }
        case UInt8(ascii: "["):
            steps.append(try parseBracket())
        case UInt8(ascii: "*"):
            position += 1
            steps.append(.wildcard)
        case UInt8(ascii: "$"):
            throw error("'$' may only start a path")
        default:
            steps.append(try parseName())
        }
    }

    /// Reads a name up to the next dot, bracket or blank; any other character may be part of it.
    private mutating func parseName() throws(PathSyntaxError) -> PathStep {
        let start = position
        var name: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "."), byte != UInt8(ascii: "["),
            byte != UInt8(ascii: " "), !(mode == .operand && endsOperand(byte))
        {
            if mode == .reference {
                try readReferenceCharacter(byte, into: &name)
            } else {
                name.append(byte)
                position += 1
            }
        }
        guard position > start else { throw error("expected a name here, a blank is not one") }
        if name == [UInt8(ascii: "*")], mode != .reference { return .wildcard }
        return .name(name.withUnsafeBufferPointer { Key(utf8: $0) })
    }

    private mutating func readReferenceCharacter(
        _ byte: UInt8, into name: inout [UInt8]
    ) throws(PathSyntaxError) {
        switch byte {
        case UInt8(ascii: "\\"):
            try readEscape(into: &name)
        case UInt8(ascii: "@"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "?"),
            UInt8(ascii: "*"), UInt8(ascii: "("), UInt8(ascii: ")"):
            throw error(
                "'\(Character(Unicode.Scalar(byte)))' is not allowed in a reference path, "
                    + "write a backslash before it if it is part of the name")
        default:
            name.append(byte)
            position += 1
        }
    }
}

extension PathParser {
    /// The byte at the current position, or nil at the end.
    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Whether the path of a filter's operand ends before this byte.
    func endsOperand(_ byte: UInt8) -> Bool {
        guard mode == .operand else { return false }
        let next = position + 1 < bytes.count ? bytes[position + 1] : 0
        switch byte {
        case 0...0x20, UInt8(ascii: ")"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"):
            return true
        case UInt8(ascii: "!"): return next == UInt8(ascii: "=")
        case UInt8(ascii: "&"), UInt8(ascii: "|"): return next == byte
        default: return false
        }
    }

    mutating func skipBlanks() {
        while let byte = peek, byte <= 0x20 { position += 1 }
    }

    /// Steps over `byte` if it comes next.
    mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    /// Steps over `word` if it comes next.
    mutating func skip(word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        for index in 0..<word.utf8CodeUnitCount
        where bytes[position + index] != word.utf8Start[index] { return false }
        position = end
        return true
    }

    /// Reads a backslash and what it stands for: `\n` and its like, `\uXXXX`, else the sign itself.
    mutating func readEscape(into out: inout [UInt8]) throws(PathSyntaxError) {
        position += 1
        guard let letter = peek else { throw error("a backslash must not be the last character") }
        position += 1
        switch letter {
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): out += Array(String(try readCodePoint()).utf8)
        default: out.append(letter)
        }
    }

    private mutating func readCodePoint() throws(PathSyntaxError) -> Character {
        let high = try readCodeUnit()
        if high & 0xFC00 == 0xD800, skip(word: "\\u") {
            let low = try readCodeUnit()
            if low & 0xFC00 == 0xDC00,
                let scalar = Unicode.Scalar(0x10000 + (high & 0x3FF) << 10 + (low & 0x3FF))
            {
                return Character(scalar)
            }
        }
        guard let scalar = Unicode.Scalar(high) else { throw error("half a surrogate pair") }
        return Character(scalar)
    }

    private mutating func readCodeUnit() throws(PathSyntaxError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let unit = UInt32(
                String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw error("expected four hexadecimal digits after '\\u'") }
        position += 4
        return unit
    }

    func error(_ message: String) -> PathSyntaxError {
        PathSyntaxError(message: message, offset: position)
    }
}
