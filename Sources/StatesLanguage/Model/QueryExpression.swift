import JSON
import JSONata

/// A JSONata expression of a definition with the sources of its variables resolved.
public struct QueryExpression: Sendable {
    /// Where the value of a free variable comes from.
    public enum Source: Sendable {
        /// The reserved `$states`.
        case states
        /// A workflow variable.
        case variable(Key)
    }

    /// The compiled expression.
    public let expression: Expression
    /// The place in the state as AWS names it in causes: `Output/values[0]`.
    public let field: String
    /// One source for each of the expression's free variables.
    public let sources: [Source]
    /// What it reads of `$states`, so that the rest need not be built; nil for all of it.
    let statesMembers: Set<String>?
    /// Whether it may call a function whose results are random.
    let isRandom: Bool

    /// Binds a compiled expression to its place.
    public init(_ expression: Expression, field: String) {
        self.expression = expression
        self.field = field
        sources = expression.freeVariables.map { $0 == "states" ? .states : .variable(Key($0)) }
        let uses = expression.references.variables.filter { $0.variable == "states" }
        let members = uses.compactMap(\.path.first)
        statesMembers = members.count == uses.count ? Set(members) : nil
        let text = expression.text
        isRandom = ["$random", "$shuffle", "$uuid"].contains { name in
            text.indices.contains { text[$0...].hasPrefix(name) }
        }
    }

    func reads(_ member: String) -> Bool { statesMembers?.contains(member) ?? true }
}
