/// What an expression refers to, for a validator that has never seen its data.
public struct References: Sendable, Equatable {
    /// Something that stands in the text at a place.
    public struct Place: Sendable, Equatable {
        /// The name, or the operator.
        public var text: String
        /// The UTF-8 offset in the expression.
        public var offset: Int
    }

    /// A use of a variable, with the member names that directly follow it.
    public struct Use: Sendable, Equatable {
        /// The variable, without `$`.
        public var variable: String
        /// The names behind it: `["input", "items"]` for `$states.input.items[0]`.
        public var path: [String]
        /// The UTF-8 offset in the expression.
        public var offset: Int
    }

    /// Uses of `$`, `$$` or a bare field name outside of any inner context: with no input
    /// document they have nothing to refer to.
    public private(set) var topLevel: [Place] = []
    /// Uses of the variables that the caller supplies.
    public private(set) var variables: [Use] = []
    /// Names of functions called that neither the library nor the expression has.
    public private(set) var unknownFunctions: [Place] = []
    /// Uses of the operators `??` and `?:`, which are newer than release 2.0.6.
    public private(set) var newerOperators: [Place]

    init(of tree: Syntax, newerOperators: [(symbol: String, offset: Int)], options: CompileOptions)
    {
        self.newerOperators = newerOperators.map { Place(text: $0.symbol, offset: $0.offset) }
        var walk = ReferenceWalk(options: options)
        walk.visit(tree, isInner: false, bound: [])
        topLevel = walk.topLevel
        variables = walk.variables
        unknownFunctions = walk.unknownFunctions
    }
}

private struct ReferenceWalk {
    let options: CompileOptions
    var topLevel: [References.Place] = []
    var variables: [References.Use] = []
    var unknownFunctions: [References.Place] = []

    mutating func visit(_ syntax: Syntax, isInner: Bool, bound: Set<String>) {
        switch syntax.kind {
        case .variable(let name):
            use(name, path: [], syntax.offset, isInner, bound)
        case .name(let name):
            if !isInner { topLevel.append(.init(text: name, offset: syntax.offset)) }
        case .wildcard, .descendants:
            if !isInner { topLevel.append(.init(text: "*", offset: syntax.offset)) }
        case .path(let steps): visit(steps, isInner: isInner, bound: bound)
        case .lambda(let parameters, _, let body):
            let inside = bound.union(parameters).union(Assignments.names(in: [body]))
            visit(body, isInner: true, bound: inside)
        case .block(let expressions):
            let inside = bound.union(Assignments.names(in: expressions))
            for part in expressions { visit(part, isInner: isInner, bound: inside) }
        case .call(let procedure, let arguments), .partial(let procedure, let arguments):
            visit(procedure: procedure, isInner: isInner, bound: bound)
            for part in arguments { visit(part, isInner: isInner, bound: bound) }
        case .transform(let pattern, let update, let deletion):
            for part in [pattern, update, deletion].compactMap({ $0 }) {
                visit(part, isInner: true, bound: bound)
            }
        case .assignment(let name, let value):
            visit(value, isInner: isInner, bound: bound.union([name]))
        default:
            for part in syntax.parts { visit(part, isInner: isInner, bound: bound) }
        }
        for part in syntax.decorations { visit(part, isInner: true, bound: bound) }
    }

    private mutating func visit(_ steps: [Syntax], isInner: Bool, bound: Set<String>) {
        var bound = bound
        for (index, step) in steps.enumerated() {
            for name in [step.focus, step.index].compactMap({ $0 }) { bound.insert(name) }
            for case .index(let name) in step.stages { bound.insert(name) }
            if index == 0, case .variable(let name) = step.kind {
                use(name, path: Self.names(behind: steps), step.offset, isInner, bound)
                for part in step.decorations { visit(part, isInner: true, bound: bound) }
            } else {
                visit(step, isInner: isInner || index > 0, bound: bound)
            }
        }
    }

    /// The names that follow the variable, as long as nothing else can see the value that a name
    /// is asked of: a filter, `@` and `%` can.
    private static func names(behind steps: [Syntax]) -> [String] {
        var names: [String] = []
        for (before, step) in zip(steps, steps.dropFirst()) {
            guard case .name(let name) = step.kind, before.stages.isEmpty,
                before.predicates.isEmpty, step.focus == nil, step.ancestor == nil
            else { break }
            names.append(name)
        }
        return names
    }

    private mutating func visit(procedure: Syntax, isInner: Bool, bound: Set<String>) {
        guard case .variable(let name) = procedure.kind else {
            if let steps = procedure.steps, steps.count == 1, case .name(let name) = steps[0].kind {
                unknownFunctions.append(.init(text: name, offset: procedure.offset))
                return
            }
            return visit(procedure, isInner: isInner, bound: bound)
        }
        if bound.contains(name) || Library.find(name, options) != nil { return }
        unknownFunctions.append(.init(text: "$" + name, offset: procedure.offset))
        variables.append(.init(variable: name, path: [], offset: procedure.offset))
    }

    private mutating func use(
        _ name: String, path: [String], _ offset: Int, _ isInner: Bool, _ bound: Set<String>
    ) {
        if name.isEmpty || name == "$" {
            if !isInner { topLevel.append(.init(text: "$" + name, offset: offset)) }
        } else if !bound.contains(name), Library.find(name, options) == nil {
            variables.append(.init(variable: name, path: path, offset: offset))
        }
    }
}
