extension Parser {
    /// The expression that this operator, which has been read, makes of its left side.
    mutating func operation(_ symbol: Token, on left: Syntax) throws -> Syntax {
        switch symbol.text {
        case "(": return try call(symbol, left)
        case "[": return try predicate(symbol, left)
        case "{":
            let (pairs, height) = try self.pairs()
            return Syntax(
                .grouping(left, pairs), at: symbol.offset, height: max(left.height, height) + 1)
        case "^": return try ordering(symbol, left)
        case "?": return try condition(symbol, left)
        case ":=": return try assignment(symbol, left)
        case "@", "#": return try binding(symbol, left)
        case "??", "?:":
            noteNewerOperator(symbol)
            let right = try expression(0)
            return node(
                symbol.text == "??" ? .coalescing(left, right) : .fallback(left, right), symbol,
                left, right)
        default: return try binary(symbol, left)
        }
    }

    private func node(_ kind: Syntax.Kind, _ symbol: Token, _ parts: Syntax...) -> Syntax {
        Syntax(kind, at: symbol.offset, height: Self.height(parts))
    }

    private mutating func binary(_ symbol: Token, _ left: Syntax) throws -> Syntax {
        let right = try expression(Self.power(symbol.text))
        switch symbol.text {
        case ".": return node(.dot(left, right), symbol, left, right)
        case "~>": return node(.chain(left, right), symbol, left, right)
        default:
            guard let infix = BinaryOperator(rawValue: symbol.text) else {
                throw JSONataError("S0201", at: symbol.offset, token: symbol.text)
            }
            return node(.binary(infix, left, right), symbol, left, right)
        }
    }

    private mutating func predicate(_ symbol: Token, _ left: Syntax) throws -> Syntax {
        if token.isSymbol("]") {
            var step = left
            while case .predicate(let filtered, _) = step.kind { step = filtered }
            step.keepsArray = true
            try expect("]", afterOperand: true)
            return left
        }
        let condition = try expression(0)
        try expect("]", afterOperand: true)
        return node(.predicate(left, condition), symbol, left, condition)
    }

    private mutating func ordering(_ symbol: Token, _ left: Syntax) throws -> Syntax {
        try expect("(")
        var terms: [Syntax.SortTerm] = []
        repeat {
            let isDescending = token.isSymbol(">")
            if isDescending || token.isSymbol("<") { try advance() }
            terms.append(
                Syntax.SortTerm(expression: try expression(0), isDescending: isDescending))
        } while try skip(",")
        try expect(")", afterOperand: true)
        let height = Self.height(terms.map(\.expression) + [left])
        return Syntax(.ordering(left, terms), at: symbol.offset, height: height)
    }

    private mutating func condition(_ symbol: Token, _ left: Syntax) throws -> Syntax {
        let then = try expression(0)
        guard try skip(":") else {
            return node(.condition(left, then, nil), symbol, left, then)
        }
        let otherwise = try expression(0)
        return node(.condition(left, then, otherwise), symbol, left, then, otherwise)
    }

    private mutating func assignment(_ symbol: Token, _ left: Syntax) throws -> Syntax {
        guard case .variable(let name) = left.kind else {
            throw JSONataError("S0212", at: left.offset, token: left.tokenText)
        }
        let value = try expression(Self.power(":=") - 1)
        return node(.assignment(name, value), symbol, value)
    }

    private mutating func binding(_ symbol: Token, _ left: Syntax) throws -> Syntax {
        let right = try expression(Self.power(symbol.text))
        guard case .variable(let name) = right.kind else {
            throw JSONataError("S0214", at: right.offset, token: symbol.text)
        }
        return node(
            symbol.text == "@" ? .focusBinding(left, name) : .indexBinding(left, name), symbol,
            left)
    }
}

extension Syntax {
    /// What to show of an expression in an error's message.
    var tokenText: String? {
        switch kind {
        case .name(let name), .string(let name), .variable(let name): name
        case .number(let number): NumberText.format(number)
        case .bool(let bool): bool ? "true" : "false"
        case .null: "null"
        case .binary(let symbol, _, _): symbol.rawValue
        case .dot: "."
        case .call, .partial, .block: "("
        case .predicate, .array: "["
        case .object, .grouping: "{"
        default: nil
        }
    }
}
