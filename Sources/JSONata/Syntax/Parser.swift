/// Reads an expression by operator precedence into a tree as it was written.
struct Parser {
    private var lexer: Lexer
    private(set) var token: Token
    private var depth = 0
    /// Where the use of an operator newer than release 2.0.6 was seen.
    private(set) var newerOperators: [(symbol: String, offset: Int)] = []

    /// Deep enough for anything written by hand, low enough for every recursion over the tree.
    static let maximumHeight = 500

    init(_ text: String) throws {
        lexer = Lexer(text)
        token = Token(kind: .end, text: "", offset: 0)
        try advance()
    }

    mutating func parse() throws -> Syntax {
        let expression = try self.expression(0)
        guard token.kind == .end else {
            throw JSONataError("S0201", at: token.offset, token: token.text)
        }
        return expression
    }

    mutating func expression(_ power: Int) throws -> Syntax {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.maximumHeight else {
            throw JSONataError.tooDeep.located(at: token.offset)
        }
        return try NativeStack.run { try expressionHere(power) }
    }

    private mutating func expressionHere(_ power: Int) throws -> Syntax {
        var first = token
        try advance(afterOperand: Self.endsOperand(first))
        var left = try operand(first)
        while power < Self.power(of: token) {
            first = token
            try advance()
            left = try operation(first, on: left)
            guard left.height < Self.maximumHeight else {
                throw JSONataError.tooDeep.located(at: first.offset)
            }
        }
        return left
    }

    /// After an operator in front of an operand, a slash may still begin a regular expression.
    private static func endsOperand(_ token: Token) -> Bool {
        switch token.text {
        case "(", "[", "{", "-", "|": token.kind != .symbol
        default: true
        }
    }

    mutating func advance(afterOperand: Bool = false) throws {
        token = try lexer.next(afterOperand: afterOperand)
        if token.isSymbol("!") || token.isSymbol("~") {
            throw JSONataError("S0204", at: token.offset, token: token.text)
        }
    }

    /// Goes on to the next token; the current one must be this symbol.
    mutating func expect(_ symbol: String, afterOperand: Bool = false) throws {
        guard token.isSymbol(symbol) else {
            throw JSONataError(
                token.kind == .end ? "S0203" : "S0202", at: token.offset, token: token.text,
                value: .string(symbol))
        }
        try advance(afterOperand: afterOperand)
    }

    mutating func skip(_ symbol: String) throws -> Bool {
        guard token.isSymbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func noteNewerOperator(_ token: Token) {
        newerOperators.append((token.text, token.offset))
    }

    private static let powers: [String: Int] = [
        "[": 80, "(": 80, "@": 80, "#": 80, ".": 75, "{": 70, "*": 60, "/": 60, "%": 60,
        "+": 50, "-": 50, "&": 50, "=": 40, "!=": 40, "<": 40, "<=": 40, ">": 40, ">=": 40,
        "in": 40, "~>": 40, "^": 40, "?:": 40, "??": 40, "and": 30, "or": 25, "?": 20, ":=": 10,
    ]

    static func power(_ symbol: String) -> Int { powers[symbol] ?? 0 }

    private static func power(of token: Token) -> Int {
        token.kind == .symbol ? power(token.text) : 0
    }
}
