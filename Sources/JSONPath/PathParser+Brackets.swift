import JSON

extension PathParser {
    /// Reads `[…]`: names, indexes, a slice, `*`, a filter or a distance from the end.
    mutating func parseBracket() throws(PathSyntaxError) -> PathStep {
        position += 1
        skipBlanks()
        switch peek {
        case UInt8(ascii: "'"): return try parseNames()
        case UInt8(ascii: "*"):
            position += 1
            try closeBracket()
            return .wildcard
        case UInt8(ascii: "?"):
            position += 1
            return .filter(try parseFilter())
        case UInt8(ascii: "("): return try parseFromEnd()
        case UInt8(ascii: "\""): throw error("names in brackets stand in single quotes")
        default: return try parseIndexes()
        }
    }

    mutating func closeBracket() throws(PathSyntaxError) {
        skipBlanks()
        guard skip("]") else { throw error("expected ']'") }
    }

    private mutating func parseNames() throws(PathSyntaxError) -> PathStep {
        var keys: [Key] = []
        repeat {
            skipBlanks()
            guard skip("'") else { throw error("expected a name in single quotes") }
            let start = position
            while let byte = peek, byte != UInt8(ascii: "'") { position += 1 }
            keys.append(bytes[start..<position].withUnsafeBufferPointer { Key(utf8: $0) })
            guard skip("'") else { throw error("the name has no closing quote") }
            skipBlanks()
        } while skip(",")
        try closeBracket()
        return keys.count == 1 ? .name(keys[0]) : .names(keys)
    }

    /// Reads `(@.length-n)]` or `(@.size()-n)]`.
    private mutating func parseFromEnd() throws(PathSyntaxError) -> PathStep {
        position += 1
        skipBlanks()
        guard skip(word: "@.") else { throw error("expected '@.length' or '@.size()'") }
        guard skip(word: "length") || skip(word: "size") else {
            throw error("expected 'length' or 'size()'")
        }
        if skip(word: "(") {
            guard skip(")") else { throw error("expected ')'") }
        }
        skipBlanks()
        guard skip("-") else { throw error("expected '-' and a number") }
        skipBlanks()
        let start = position
        while let byte = peek, byte != UInt8(ascii: ")"), byte > 0x20 { position += 1 }
        let distance = try number(start..<position)
        skipBlanks()
        guard distance >= 0, skip(")") else { throw error("expected a number and ')'") }
        try closeBracket()
        return .fromEnd(distance)
    }

    private mutating func parseIndexes() throws(PathSyntaxError) -> PathStep {
        let start = position
        while let byte = peek, byte != UInt8(ascii: "]") { position += 1 }
        let end = position
        try closeBracket()
        let hasColon = bytes[start..<end].contains(UInt8(ascii: ":"))
        let parts = split(start..<end, at: UInt8(ascii: hasColon ? ":" : ","))
        if hasColon { return try slice(parts) }
        var indexes: [Int] = []
        for part in parts { indexes.append(try number(part)) }
        return indexes.count == 1 ? .index(indexes[0]) : .indexes(indexes)
    }

    /// The library reads and then ignores a third number.
    private func slice(_ parts: [Range<Int>]) throws(PathSyntaxError) -> PathStep {
        let from = try optionalNumber(parts[0])
        let to = try optionalNumber(parts[1])
        if parts.count > 2 { _ = try optionalNumber(parts[2]) }
        guard parts.count <= 3, from != nil || to != nil else {
            throw error("a slice has the form [from:to], [from:] or [:to]")
        }
        return .slice(from: from, to: to)
    }

    /// The parts between separators without the blanks around them.
    private func split(_ range: Range<Int>, at separator: UInt8) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        for index in range where bytes[index] == separator {
            parts.append(trimmed(start..<index))
            start = index + 1
        }
        parts.append(trimmed(start..<range.upperBound))
        return parts
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start] == UInt8(ascii: " ") { start += 1 }
        while end > start, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
        return start..<end
    }

    private func optionalNumber(_ range: Range<Int>) throws(PathSyntaxError) -> Int? {
        range.isEmpty ? nil : try number(range)
    }

    /// A decimal of 32 bits, the range that the library accepts.
    private func number(_ range: Range<Int>) throws(PathSyntaxError) -> Int {
        let text = String(decoding: bytes[range], as: UTF8.self)
        guard !text.hasPrefix("+"), let number = Int32(text) else {
            throw PathSyntaxError(
                message: "expected a whole number in the brackets, not '\(text)'",
                offset: range.lowerBound)
        }
        return Int(number)
    }
}
