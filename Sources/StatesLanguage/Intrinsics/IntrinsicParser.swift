import JSON
import JSONPath

/// Reads the text of a call of an intrinsic function.
struct IntrinsicParser {
    /// How deep AWS lets calls nest.
    static let maximumDepth = 10

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private(set) var variableNames: [String] = []

    init(_ text: String) { bytes = Array(text.utf8) }

    /// Reads the whole text, which must be one call.
    mutating func parse() throws(IntrinsicSyntaxError) -> IntrinsicExpression {
        skipBlanks()
        let call = try parseCall()
        skipBlanks()
        guard position == bytes.count else {
            throw error(
                "expected the end after the call; a result cannot be taken apart, use "
                    + "States.ArrayGetItem")
        }
        return call
    }

    private mutating func parseCall() throws(IntrinsicSyntaxError) -> IntrinsicExpression {
        let start = position
        let function = try parseName()
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw error("calls nest deeper than \(Self.maximumDepth)", at: start)
        }
        position += 1
        var arguments: [IntrinsicExpression] = []
        var template: FormatTemplate?
        skipBlanks()
        if peek != UInt8(ascii: ")") {
            repeat {
                skipBlanks()
                if function == .format, arguments.isEmpty, peek == UInt8(ascii: "'") {
                    template = FormatTemplate(texts: try parseText(isTemplate: true))
                    arguments.append(.literal(.null))
                } else {
                    arguments.append(try parseArgument())
                }
                skipBlanks()
            } while skip(",")
        }
        guard skip(")") else { throw error("expected ',' or ')'") }
        depth -= 1
        return try call(function, arguments, template, start)
    }

    /// Checks the number of arguments and evaluates what needs no data.
    private func call(
        _ function: IntrinsicFunction, _ arguments: [IntrinsicExpression],
        _ template: FormatTemplate?, _ start: Int
    ) throws(IntrinsicSyntaxError) -> IntrinsicExpression {
        let counts = function.argumentCounts
        guard counts.contains(arguments.count) else {
            let expected =
                counts.count == 1
                ? "\(counts.lowerBound)"
                : counts.upperBound == Int.max
                    ? "at least \(counts.lowerBound)"
                    : "\(counts.lowerBound) to \(counts.upperBound)"
            throw error(
                "\(function.rawValue) takes \(expected) arguments, not \(arguments.count)",
                at: start)
        }
        if let template {
            return FormatExpression(template, Array(arguments.dropFirst()))
        }
        return CallExpression(function, arguments).folded
    }

    private mutating func parseName() throws(IntrinsicSyntaxError) -> IntrinsicFunction {
        let start = position
        while let byte = peek, Self.isName(byte) { position += 1 }
        let name = text(start..<position)
        guard !name.isEmpty else { throw error("expected the name of an intrinsic function") }
        guard peek == UInt8(ascii: "(") else { throw error("expected '(' after '\(name)'") }
        guard let function = IntrinsicFunction(rawValue: name) else {
            throw error("there is no intrinsic function '\(name)'", at: start)
        }
        return function
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private mutating func parseArgument() throws(IntrinsicSyntaxError) -> IntrinsicExpression {
        switch peek {
        case UInt8(ascii: "'"):
            let text = try parseText(isTemplate: false)[0]
            return .literal(.string(String(decoding: text, as: UTF8.self)))
        case UInt8(ascii: "$"): return .path(try parsePath())
        case let byte? where Self.isName(byte) || byte == UInt8(ascii: "-"):
            return try parseWord()
        default:
            throw error("expected a string in apostrophes, a number, a path or a call")
        }
    }

    /// Reads a number, `true`, `false`, `null` or a nested call.
    private mutating func parseWord() throws(IntrinsicSyntaxError) -> IntrinsicExpression {
        let start = position
        while let byte = peek,
            Self.isName(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        {
            position += 1
        }
        if peek == UInt8(ascii: "(") {
            position = start
            return try parseCall()
        }
        let word = text(start..<position)
        guard let value = try? Value.parse(word) else {
            throw error(
                "expected a string in apostrophes, a number, true, false, null, a path or a "
                    + "call, not '\(word)'",
                at: start)
        }
        return .literal(value)
    }
}

extension IntrinsicParser {
    /// Reads a path up to the comma or parenthesis that ends the argument, which is one outside
    /// of brackets and quotes.
    private mutating func parsePath() throws(IntrinsicSyntaxError) -> ValuePath {
        let start = position
        var open = 0
        var isQuoted = false
        while let byte = peek {
            if isQuoted {
                isQuoted = byte != UInt8(ascii: "'")
            } else if byte == UInt8(ascii: "'"), open > 0 {
                isQuoted = true
            } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(") {
                open += 1
            } else if byte == UInt8(ascii: "]") || (byte == UInt8(ascii: ")") && open > 0) {
                open -= 1
            } else if open <= 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")") {
                break
            }
            position += 1
        }
        do throws(PathSyntaxError) {
            let path = try ValuePath(parsing: Self.trimmed(text(start..<position)))
            note(path)
            return path
        } catch {
            throw IntrinsicSyntaxError(message: error.message, offset: start + error.offset)
        }
    }

    private mutating func note(_ path: ValuePath) {
        guard case .variable(let key) = path.root, !variableNames.contains(key.string) else {
            return
        }
        variableNames.append(key.string)
    }

    private static func trimmed(_ text: String) -> String {
        String(text.reversed().drop { $0.isWhitespace }.reversed())
    }

    /// Reads a string in apostrophes. Of a template, each `{}` begins another text.
    private mutating func parseText(
        isTemplate: Bool
    ) throws(IntrinsicSyntaxError) -> [[UInt8]] {
        let start = position
        position += 1
        var texts: [[UInt8]] = [[]]
        while let byte = peek, byte != UInt8(ascii: "'") {
            position += 1
            switch byte {
            case UInt8(ascii: "\\"):
                texts[texts.count - 1].append(try parseEscape())
            case UInt8(ascii: "{") where isTemplate && peek == UInt8(ascii: "}"):
                position += 1
                texts.append([])
            default:
                texts[texts.count - 1].append(byte)
            }
        }
        guard skip("'") else { throw error("the string has no closing apostrophe", at: start) }
        return texts
    }

    private mutating func parseEscape() throws(IntrinsicSyntaxError) -> UInt8 {
        switch peek {
        case UInt8(ascii: "'"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\\"):
            position += 1
            return bytes[position - 1]
        default:
            throw error(
                "a backslash may only stand before an apostrophe, a brace or another backslash",
                at: position - 1)
        }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
    }

    private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private func error(_ message: String, at offset: Int? = nil) -> IntrinsicSyntaxError {
        IntrinsicSyntaxError(message: message, offset: offset ?? position)
    }
}
