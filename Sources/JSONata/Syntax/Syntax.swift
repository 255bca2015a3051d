/// A node of the syntax tree: first as it was written, then, after `PathBuilder`, with paths of
/// steps and their decorations.
final class Syntax {
    indirect enum Kind {
        case string(String)
        case number(Double)
        case bool(Bool)
        case null
        case name(String)
        case variable(String)
        case regex(pattern: String, flags: String)
        case wildcard
        case descendants
        case parent(ParentSlot)
        case block([Syntax])
        case array([Syntax])
        case object([Pair])
        case negation(Syntax)
        case binary(BinaryOperator, Syntax, Syntax)
        case chain(Syntax, Syntax)
        case assignment(String, Syntax)
        case condition(Syntax, Syntax, Syntax?)
        case coalescing(Syntax, Syntax)
        case fallback(Syntax, Syntax)
        case call(Syntax, [Syntax])
        case partial(Syntax, [Syntax])
        case placeholder
        case lambda(parameters: [String], signature: Signature?, body: Syntax)
        case transform(pattern: Syntax, update: Syntax, deletion: Syntax?)
        case end
        // As written only; `PathBuilder` turns these into paths.
        case dot(Syntax, Syntax)
        case predicate(Syntax, Syntax)
        case grouping(Syntax, [Pair])
        case ordering(Syntax, [SortTerm])
        case focusBinding(Syntax, String)
        case indexBinding(Syntax, String)
        // Made by `PathBuilder` only.
        case path([Syntax])
        case sort([SortTerm])
    }

    struct Pair {
        var key: Syntax
        var value: Syntax
    }

    struct SortTerm {
        var expression: Syntax
        var isDescending: Bool
    }

    enum Stage {
        case filter(Syntax)
        case index(String)
    }

    var kind: Kind
    let offset: Int
    /// How many nodes lie between this one and its deepest leaf: bounds every recursion over it.
    var height = 0

    var keepsArray = false
    /// Of a path: a step keeps its array, so the path does.
    var keepsSingleton = false
    var constructsArray = false
    /// Filters of an expression that is no step.
    var predicates: [Syntax] = []
    /// Filters and numberings of a step.
    var stages: [Stage] = []
    var group: [Pair]?
    var focus: String?
    var index: String?
    /// Whether the step, or the path, carries rows of bindings along.
    var isTuple = false
    /// The binding that `%` further on finds this step's input under.
    var ancestor: ParentSlot?
    /// Uses of `%` inside that nothing in here answers.
    var seeking: [ParentSlot] = []

    init(_ kind: Kind, at offset: Int, height: Int = 0) {
        self.kind = kind
        self.offset = offset
        self.height = height
    }

    /// Whether it stands for its kind alone: nothing filters it, binds it or refers back to it.
    var isPlain: Bool {
        !keepsArray && !constructsArray && predicates.isEmpty && stages.isEmpty && group == nil
            && focus == nil && index == nil && !isTuple && ancestor == nil && seeking.isEmpty
    }

    var steps: [Syntax]? {
        guard case .path(let steps) = kind else { return nil }
        return steps
    }
}

/// What a `%` refers to: the input of a step so many levels up.
final class ParentSlot {
    var level = 1
    /// Two uses that end at the same step share its label.
    var label: Int

    init(label: Int) { self.label = label }
}

/// The operators that take the values of both sides.
enum BinaryOperator: String {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case concatenate = "&"
    case and
    case or
    case membership = "in"
    case range = ".."
}
