extension Parser {
    mutating func call(_ symbol: Token, _ procedure: Syntax) throws -> Syntax {
        var arguments: [Syntax] = []
        var isPartial = false
        if !token.isSymbol(")") {
            repeat {
                if token.isSymbol("?") {
                    isPartial = true
                    arguments.append(Syntax(.placeholder, at: token.offset))
                    try advance()
                } else {
                    arguments.append(try expression(0))
                }
            } while try skip(",")
        }
        try expect(")", afterOperand: true)
        if case .name(let name) = procedure.kind, name == "function" || name == "\u{3BB}" {
            return try lambda(symbol, arguments)
        }
        let height = Self.height(arguments + [procedure])
        return Syntax(
            isPartial ? .partial(procedure, arguments) : .call(procedure, arguments),
            at: symbol.offset, height: height)
    }

    private mutating func lambda(_ symbol: Token, _ arguments: [Syntax]) throws -> Syntax {
        var parameters: [String] = []
        for argument in arguments {
            guard case .variable(let name) = argument.kind else {
                throw JSONataError(
                    "S0208", at: argument.offset, token: argument.tokenText,
                    value: .int(parameters.count + 1))
            }
            parameters.append(name)
        }
        let signature = try self.signature()
        try expect("{")
        let body = try expression(0)
        try expect("}", afterOperand: true)
        return Syntax(
            .lambda(parameters: parameters, signature: signature, body: body), at: symbol.offset,
            height: body.height + 1)
    }

    /// The signature between angle brackets, if there is one.
    private mutating func signature() throws -> Signature? {
        guard token.isSymbol("<") else { return nil }
        let start = token.offset
        var text = "<"
        var depth = 1
        while depth > 0 {
            try advance()
            if token.isSymbol("{") || token.kind == .end { break }
            if token.isSymbol(">") { depth -= 1 }
            if token.isSymbol("<") { depth += 1 }
            text += token.text
        }
        try expect(">")
        do {
            return try Signature(parsing: text)
        } catch let error as JSONataError {
            throw error.located(at: start)
        }
    }
}
