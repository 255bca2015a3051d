/// One token of an expression's text.
struct Token {
    enum Kind: Equatable {
        case end
        case symbol
        case name
        case variable
        case string
        case number(Double)
        case literal
        case regex(flags: String)
    }

    var kind: Kind
    /// The operator, the name, the string's contents or the literal's text.
    var text: String
    /// The byte where it starts.
    var offset: Int

    func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
}
