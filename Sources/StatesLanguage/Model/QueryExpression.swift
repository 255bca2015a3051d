import JSON
import JSONata

/// A JSONata expression of a definition with the sources of its variables resolved.
public final class QueryExpression: Sendable {
    /// Where the value of a free variable comes from.
    public enum Source: Sendable {
        /// The reserved `$states`.
        case states
        /// `$states.input`, which most expressions read alone.
        case input
        /// A workflow variable.
        case variable(Key)
    }

    /// The compiled expression.
    public let expression: Expression
    /// The place in the state as AWS names it in causes: `Output/values[0]`.
    public let field: String
    /// One source for each of the expression's free variables.
    public let sources: [Source]
    /// What it reads of `$states`, so that the rest need not be built.
    let states: StatesMembers
    /// What it reads of `$states.context`.
    let context: ContextMembers
    /// Whether it may call a function whose results are random.
    let isRandom: Bool

    /// Binds a compiled expression to its place.
    public init(_ expression: Expression, field: String) {
        self.expression = expression
        self.field = field
        sources = expression.freeVariables.map { name in
            switch name {
            case "states": .states
            case "states.input": .input
            default: .variable(Key(name))
            }
        }
        states = StatesMembers(read: expression.references)
        context = ContextMembers(read: expression.references)
        let text = expression.text
        isRandom = ["$random", "$shuffle", "$uuid"].contains { name in
            text.indices.contains { text[$0...].hasPrefix(name) }
        }
    }
}

/// Members of the reserved `$states`.
struct StatesMembers: OptionSet, Sendable {
    let rawValue: UInt8

    static let input = StatesMembers(rawValue: 1)
    static let result = StatesMembers(rawValue: 2)
    static let errorOutput = StatesMembers(rawValue: 4)
    static let context = StatesMembers(rawValue: 8)
    static let all: StatesMembers = [.input, .result, .errorOutput, .context]

    static let names: [String: StatesMembers] = [
        "input": .input, "result": .result, "errorOutput": .errorOutput, "context": .context,
    ]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// What an expression reads; everything, if it does more with `$states` than name a member.
    init(read references: References) {
        self = []
        for use in references.variables where use.variable == "states" {
            formUnion(use.path.first.map { Self.names[$0] ?? [] } ?? .all)
        }
    }
}

extension ContextMembers {
    /// What an expression reads of `$states.context`; everything, if it does more than name a
    /// member.
    init(read references: References) {
        self = []
        for use in references.variables where use.variable == "states" {
            if let first = use.path.first, first != "context" { continue }
            formUnion(use.path.count > 1 ? Self.names[use.path[1]] ?? [] : .all)
        }
    }
}
