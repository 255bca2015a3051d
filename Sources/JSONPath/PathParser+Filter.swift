import JSON

extension PathParser {
    /// Reads `(expression)]` after the question mark.
    mutating func parseFilter() throws(PathSyntaxError) -> Filter {
        guard mode == .path else { throw error("a filter is not allowed here") }
        skipBlanks()
        guard skip("(") else { throw error("expected '(' after '?'") }
        mode = .operand
        let filter = try parseOr()
        mode = .path
        guard skip(")") else { throw error("expected an operator or ')'") }
        try closeBracket()
        return filter
    }

    private mutating func parseOr() throws(PathSyntaxError) -> Filter {
        depth += 1
        guard depth <= Self.maximumDepth else { throw error("parentheses nest too deep") }
        var terms = [try parseAnd()]
        while skip(word: "||") { terms.append(try parseAnd()) }
        depth -= 1
        return terms.count == 1 ? terms[0] : .or(terms)
    }

    private mutating func parseAnd() throws(PathSyntaxError) -> Filter {
        var terms = [try parseTerm()]
        while skip(word: "&&") { terms.append(try parseTerm()) }
        return terms.count == 1 ? terms[0] : .and(terms)
    }

    private mutating func parseTerm() throws(PathSyntaxError) -> Filter {
        skipBlanks()
        var isNegated = false
        while skip("!") {
            isNegated.toggle()
            skipBlanks()
        }
        let term = try peek == UInt8(ascii: "(") ? parseGroup() : parseComparison()
        skipBlanks()
        return isNegated ? .not(term) : term
    }

    private mutating func parseGroup() throws(PathSyntaxError) -> Filter {
        position += 1
        let inner = try parseOr()
        guard skip(")") else { throw error("expected an operator or ')'") }
        return inner
    }

    private mutating func parseComparison() throws(PathSyntaxError) -> Filter {
        if peek == UInt8(ascii: "/") { return try parsePatternFirst() }
        let start = position
        let left = try parseOperand()
        skipBlanks()
        if skip(word: "=~") {
            skipBlanks()
            return .matches(left, try parsePattern())
        }
        guard let comparison = parseOperator() else {
            if case .literal = left {
                throw PathSyntaxError(message: "expected a comparison", offset: start)
            }
            return .exists(left)
        }
        skipBlanks()
        return .comparison(left, comparison, try parseOperand())
    }

    private mutating func parsePatternFirst() throws(PathSyntaxError) -> Filter {
        let pattern = try parsePattern()
        skipBlanks()
        guard skip(word: "=~") else { throw error("expected '=~' after a pattern") }
        skipBlanks()
        return .matches(try parseOperand(), pattern)
    }

    private mutating func parseOperator() -> Filter.Comparison? {
        if skip(word: "==") { return .equal }
        if skip(word: "!=") { return .notEqual }
        if skip(word: "<=") { return .atMost }
        if skip(word: ">=") { return .atLeast }
        if skip(word: "<") { return .less }
        if skip(word: ">") { return .greater }
        return nil
    }

    private mutating func parseOperand() throws(PathSyntaxError) -> Filter.Operand {
        switch peek {
        case UInt8(ascii: "@"): return .element(try parseOperandPath())
        case UInt8(ascii: "$"): return .document(try parseOperandPath())
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .literal(.string(try parseText()))
        default:
            return .literal(try parseBareLiteral())
        }
    }

    /// The library wants a path in a filter to be definite, so that filters never nest.
    private mutating func parseOperandPath() throws(PathSyntaxError) -> Path {
        let start = position
        position += 1
        let steps = try parseSteps()
        let path = Path(String(decoding: bytes[start..<position], as: UTF8.self), steps: steps)
        guard path.isDefinite else {
            throw PathSyntaxError(
                message: "a path in a filter must lead to one value", offset: start)
        }
        return path
    }

    private mutating func parseText() throws(PathSyntaxError) -> String {
        let quote = bytes[position]
        position += 1
        var out: [UInt8] = []
        while let byte = peek, byte != quote {
            if byte == UInt8(ascii: "\\") {
                try readEscape(into: &out)
            } else {
                out.append(byte)
                position += 1
            }
        }
        guard peek != nil else { throw error("the text has no closing quote") }
        position += 1
        return String(decoding: out, as: UTF8.self)
    }

    /// Text without quotes goes on over blanks up to an operator or the end of the filter.
    private mutating func parseBareLiteral() throws(PathSyntaxError) -> Value {
        let start = position
        var end = start
        while let byte = peek, byte <= 0x20 || !endsOperand(byte) {
            position += 1
            if byte > 0x20 { end = position }
        }
        guard end > start, bytes[start] != UInt8(ascii: "/") else {
            throw PathSyntaxError(
                message: "expected a path, a number, a text, true, false or null", offset: start)
        }
        return literal(start..<end)
    }

    private func literal(_ range: Range<Int>) -> Value {
        let text = String(decoding: bytes[range], as: UTF8.self)
        switch text {
        case "true": return true
        case "false": return false
        case "null": return nil
        default: break
        }
        let isNumeric = bytes[range].allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        guard isNumeric, !text.hasPrefix("+"), let double = Double(text), double.isFinite else {
            return .string(text)
        }
        // Java's decimals may be written as 01 or 1. too, which JSON numbers may not.
        if let value = try? Value.parse(text) { return value }
        return .double(double)
    }

    private mutating func parsePattern() throws(PathSyntaxError) -> Pattern {
        let start = position
        guard skip("/") else { throw error("expected a pattern between slashes") }
        while let byte = peek, byte != UInt8(ascii: "/") {
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard peek != nil else { throw error("the pattern has no closing slash") }
        let body = String(decoding: bytes[(start + 1)..<position], as: UTF8.self)
        position += 1
        let flagsStart = position
        while let byte = peek, byte | 0x20 >= UInt8(ascii: "a"), byte | 0x20 <= UInt8(ascii: "z") {
            position += 1
        }
        let flags = String(decoding: bytes[flagsStart..<position], as: UTF8.self)
        guard let pattern = Pattern(body, flags: flags) else {
            throw PathSyntaxError(
                message: "'\(body)' is not a regular expression", offset: start)
        }
        return pattern
    }
}
