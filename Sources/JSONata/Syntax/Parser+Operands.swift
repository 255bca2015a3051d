extension Parser {
    /// The expression that begins with this token, which has been read.
    mutating func operand(_ first: Token) throws -> Syntax {
        func leaf(_ kind: Syntax.Kind) -> Syntax { Syntax(kind, at: first.offset) }
        switch first.kind {
        case .end: return leaf(.end)
        case .name: return leaf(.name(first.text))
        case .variable: return leaf(.variable(first.text))
        case .string: return leaf(.string(first.text))
        case .number(let value): return leaf(.number(value))
        case .regex(let flags): return leaf(.regex(pattern: first.text, flags: flags))
        case .literal: return leaf(first.text == "null" ? .null : .bool(first.text == "true"))
        case .symbol: return try prefix(first)
        }
    }

    private mutating func prefix(_ first: Token) throws -> Syntax {
        switch first.text {
        case "and", "or", "in": return Syntax(.name(first.text), at: first.offset)
        case "*": return Syntax(.wildcard, at: first.offset)
        case "**": return Syntax(.descendants, at: first.offset)
        case "%": return Syntax(.parent(ParentSlot(label: -1)), at: first.offset)
        case "-":
            let operand = try expression(70)
            return Syntax(.negation(operand), at: first.offset, height: operand.height + 1)
        case "(": return try block(first)
        case "[": return try array(first)
        case "{":
            let (pairs, height) = try self.pairs()
            return Syntax(.object(pairs), at: first.offset, height: height + 1)
        case "|": return try transform(first)
        default: throw JSONataError("S0211", at: first.offset, token: first.text)
        }
    }

    private mutating func block(_ first: Token) throws -> Syntax {
        var expressions: [Syntax] = []
        while !token.isSymbol(")") {
            expressions.append(try expression(0))
            if try !skip(";") { break }
        }
        try expect(")", afterOperand: true)
        return Syntax(.block(expressions), at: first.offset, height: Self.height(expressions))
    }

    private mutating func array(_ first: Token) throws -> Syntax {
        var items: [Syntax] = []
        if !token.isSymbol("]") {
            repeat { items.append(try arrayItem()) } while try skip(",")
        }
        try expect("]", afterOperand: true)
        return Syntax(.array(items), at: first.offset, height: Self.height(items))
    }

    private mutating func arrayItem() throws -> Syntax {
        let start = try expression(0)
        let offset = token.offset
        guard try skip("..") else { return start }
        let end = try expression(0)
        return Syntax(
            .binary(.range, start, end), at: offset, height: max(start.height, end.height) + 1)
    }

    /// The pairs of an object constructor or a grouping, up to the closing brace.
    mutating func pairs() throws -> ([Syntax.Pair], height: Int) {
        var pairs: [Syntax.Pair] = []
        var height = 0
        if !token.isSymbol("}") {
            repeat {
                let key = try expression(0)
                try expect(":")
                let value = try expression(0)
                pairs.append(Syntax.Pair(key: key, value: value))
                height = max(height, key.height, value.height)
            } while try skip(",")
        }
        try expect("}", afterOperand: true)
        return (pairs, height)
    }

    private mutating func transform(_ first: Token) throws -> Syntax {
        let pattern = try expression(0)
        try expect("|")
        let update = try expression(0)
        let deletion = try skip(",") ? expression(0) : nil
        try expect("|", afterOperand: true)
        return Syntax(
            .transform(pattern: pattern, update: update, deletion: deletion), at: first.offset,
            height: max(pattern.height, update.height, deletion?.height ?? 0) + 1)
    }

    static func height(_ parts: [Syntax]) -> Int { (parts.map(\.height).max() ?? 0) + 1 }
}
