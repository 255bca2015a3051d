/// Which members of the reserved `$states` an expression reads.
///
/// Found in the text rather than in the syntax tree: strings and comments are skipped, and
/// whatever is not plainly `$states.member` counts as reading all of them.
struct StatesReference: Sendable, Equatable {
    /// The members that are read by name.
    private(set) var members: Set<String> = []
    /// Whether `$states` is used in a way that may read any member.
    private(set) var readsAll = false

    /// Whether the member's value must be there when the expression is evaluated.
    func reads(_ member: String) -> Bool { readsAll || members.contains(member) }

    init(in expression: String) {
        var rest = Substring(expression)
        while let character = rest.first {
            switch character {
            case "'", "\"", "`": Self.skipQuoted(&rest, by: character)
            case "/" where rest.hasPrefix("/*"): Self.skipComment(&rest)
            case "$": readVariable(&rest)
            default: rest.removeFirst()
            }
        }
    }

    private mutating func readVariable(_ rest: inout Substring) {
        rest.removeFirst()
        guard Self.takeName(&rest) == "states" else { return }
        Self.skipBlanks(&rest)
        guard rest.first == "." else { return readsAll = true }
        rest.removeFirst()
        Self.skipBlanks(&rest)
        let member = Self.takeName(&rest)
        if member.isEmpty { readsAll = true } else { members.insert(String(member)) }
    }

    private static func takeName(_ rest: inout Substring) -> Substring {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        rest = rest[name.endIndex...]
        return name
    }

    private static func skipBlanks(_ rest: inout Substring) {
        rest = rest.drop(while: \.isWhitespace)
    }

    private static func skipQuoted(_ rest: inout Substring, by quote: Character) {
        rest.removeFirst()
        while let character = rest.popFirst(), character != quote {
            if character == "\\", quote != "`" { rest = rest.dropFirst() }
        }
    }

    private static func skipComment(_ rest: inout Substring) {
        rest = rest.dropFirst(2)
        while !rest.isEmpty, !rest.hasPrefix("*/") { rest.removeFirst() }
        rest = rest.dropFirst(2)
    }
}
