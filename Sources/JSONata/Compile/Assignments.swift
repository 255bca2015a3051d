/// What a block or a function body assigns in its own scope.
enum Assignments {
    /// The names assigned, in order of their first assignment, not counting inner scopes.
    static func names(in expressions: [Syntax]) -> [String] {
        var names: [String] = []
        for expression in expressions {
            visit(expression) { node in
                switch node.kind {
                case .assignment(let name, _):
                    if !names.contains(name) { names.append(name) }
                    return true
                case .block, .lambda: return false
                default: return true
                }
            }
        }
        return names
    }

    /// Whether there is a function in it that could capture variables.
    static func hasLambda(_ expressions: [Syntax]) -> Bool {
        var found = false
        for expression in expressions {
            visit(expression) { node in
                switch node.kind {
                case .lambda, .transform: found = true
                default: break
                }
                return !found
            }
        }
        return found
    }

    /// Visits a node and, if `enter` agrees, what is below it.
    static func visit(_ syntax: Syntax, _ enter: (Syntax) -> Bool) {
        guard enter(syntax) else {
            // Predicates and groups behind a block are evaluated in the scope around it.
            for part in syntax.decorations { visit(part, enter) }
            return
        }
        for part in syntax.parts { visit(part, enter) }
        for part in syntax.decorations { visit(part, enter) }
    }
}

extension Syntax {
    /// The expressions directly inside.
    var parts: [Syntax] {
        switch kind {
        case .block(let parts), .array(let parts), .path(let parts): parts
        case .object(let pairs): pairs.flatMap { [$0.key, $0.value] }
        case .negation(let part), .assignment(_, let part), .lambda(_, _, let part): [part]
        case .binary(_, let left, let right), .chain(let left, let right),
            .coalescing(let left, let right), .fallback(let left, let right):
            [left, right]
        case .condition(let condition, let then, let otherwise):
            [condition, then] + (otherwise.map { [$0] } ?? [])
        case .call(let procedure, let arguments), .partial(let procedure, let arguments):
            [procedure] + arguments
        case .transform(let pattern, let update, let deletion):
            [pattern, update] + (deletion.map { [$0] } ?? [])
        case .sort(let terms): terms.map(\.expression)
        default: []
        }
    }

    /// The filters and the group behind it.
    var decorations: [Syntax] {
        var parts = predicates
        for case .filter(let filter) in stages { parts.append(filter) }
        for pair in group ?? [] { parts += [pair.key, pair.value] }
        return parts
    }
}
