/// The second pass: turns the tree as written into paths of steps with their filters, groups,
/// bindings and parents.
struct PathBuilder {
    private var parents: [ParentSlot] = []

    /// The finished tree of a whole expression.
    static func build(_ raw: Syntax) throws -> Syntax {
        var builder = PathBuilder()
        let tree = try builder.build(raw)
        if case .parent = tree.kind {
            throw JSONataError("S0217", at: tree.offset, token: "parent")
        }
        guard tree.seeking.isEmpty else {
            throw JSONataError("S0217", at: tree.offset, token: tree.kindName)
        }
        return tree
    }

    mutating func build(_ raw: Syntax) throws -> Syntax {
        let built = try NativeStack.run { try buildHere(raw) }
        if raw.keepsArray { built.keepsArray = true }
        return built
    }

    private mutating func buildHere(_ raw: Syntax) throws -> Syntax {
        switch raw.kind {
        case .end: throw JSONataError("S0207", at: raw.offset, token: "(end)")
        case .name:
            let path = Syntax(.path([raw]), at: raw.offset, height: raw.height)
            path.keepsSingleton = raw.keepsArray
            return path
        case .parent: return newParent(raw)
        case .dot(let left, let right): return try dot(raw, left, right)
        case .predicate(let left, let condition): return try predicate(left, condition)
        case .grouping(let left, let pairs):
            let result = try build(left)
            guard result.group == nil else { throw JSONataError("S0210", at: raw.offset) }
            result.group = try pairs.map {
                Syntax.Pair(key: try build($0.key), value: try build($0.value))
            }
            return result
        case .ordering(let left, let terms): return try ordering(raw, left, terms)
        case .focusBinding(let left, let name): return try focus(raw, left, name)
        case .indexBinding(let left, let name): return try index(raw, left, name)
        case .negation(let operand): return try negation(raw, operand)
        default:
            try rebuildParts(of: raw)
            return raw
        }
    }

    private mutating func newParent(_ raw: Syntax) -> Syntax {
        let slot = ParentSlot(label: parents.count)
        parents.append(slot)
        raw.kind = .parent(slot)
        return raw
    }

    private mutating func negation(_ raw: Syntax, _ operand: Syntax) throws -> Syntax {
        let built = try build(operand)
        if case .number(let value) = built.kind {
            built.kind = .number(-value)
            return built
        }
        raw.kind = .negation(built)
        adopt(built, into: raw)
        return raw
    }

    /// Hands the unanswered uses of `%` in a part up to the whole.
    private func adopt(_ part: Syntax, into whole: Syntax) {
        whole.seeking += part.seeking
        if case .parent(let slot) = part.kind { whole.seeking.append(slot) }
    }

    private mutating func part(_ raw: Syntax, of whole: Syntax) throws -> Syntax {
        let built = try build(raw)
        adopt(built, into: whole)
        return built
    }

    private mutating func rebuildParts(of raw: Syntax) throws {
        switch raw.kind {
        case .block(let expressions): try block(raw, expressions)
        case .array(let items): raw.kind = .array(try items.map { try part($0, of: raw) })
        case .object(let pairs):
            raw.kind = .object(
                try pairs.map {
                    Syntax.Pair(key: try part($0.key, of: raw), value: try part($0.value, of: raw))
                })
        case .binary(let symbol, let left, let right):
            raw.kind = .binary(symbol, try part(left, of: raw), try part(right, of: raw))
        case .chain(let left, let right):
            let (left, right) = (try build(left), try build(right))
            raw.kind = .chain(left, right)
            raw.keepsArray = raw.keepsArray || left.keepsArray || right.keepsArray
        case .assignment(let name, let value):
            raw.kind = .assignment(name, try part(value, of: raw))
        case .condition(let condition, let then, let otherwise):
            raw.kind = .condition(
                try part(condition, of: raw), try part(then, of: raw),
                try otherwise.map { try part($0, of: raw) })
        case .coalescing(let left, let right):
            raw.kind = .coalescing(try part(left, of: raw), try part(right, of: raw))
        case .fallback(let left, let right):
            raw.kind = .fallback(try part(left, of: raw), try part(right, of: raw))
        case .call(let procedure, let arguments):
            let arguments = try arguments.map { try part($0, of: raw) }
            raw.kind = .call(try build(procedure), arguments)
        case .partial(let procedure, let arguments):
            let arguments = try arguments.map { try part($0, of: raw) }
            raw.kind = .partial(try build(procedure), arguments)
        case .lambda(let parameters, let signature, let body):
            raw.kind = .lambda(
                parameters: parameters, signature: signature, body: try build(body))
        case .transform(let pattern, let update, let deletion):
            raw.kind = .transform(
                pattern: try build(pattern), update: try build(update),
                deletion: try deletion.map { try build($0) })
        default: break
        }
    }

    private mutating func block(_ raw: Syntax, _ expressions: [Syntax]) throws {
        let parts = try expressions.map { try part($0, of: raw) }
        raw.kind = .block(parts)
        raw.constructsArray = parts.contains {
            $0.constructsArray || $0.steps?.first?.constructsArray == true
        }
    }
}

extension PathBuilder {
    private func path(around step: Syntax) -> Syntax {
        if case .path = step.kind { return step }
        let path = Syntax(.path([step]), at: step.offset, height: step.height)
        if case .parent(let slot) = step.kind { path.seeking = [slot] }
        return path
    }

    private mutating func dot(_ raw: Syntax, _ left: Syntax, _ right: Syntax) throws -> Syntax {
        let path = self.path(around: try build(left))
        var steps = path.steps ?? []
        let rest = try build(right)
        if let more = rest.steps {
            steps += more
        } else {
            rest.stages = rest.predicates.map { .filter($0) }
            rest.predicates = []
            steps.append(rest)
        }
        for step in steps { try checkStep(step) }
        if steps.contains(where: \.keepsArray) { path.keepsSingleton = true }
        for end in [steps.first, steps.last] {
            if let end, case .array = end.kind { end.constructsArray = true }
        }
        let whole = Syntax(.path(steps), at: raw.offset, height: raw.height)
        whole.keepsSingleton = path.keepsSingleton
        whole.keepsArray = path.keepsArray
        whole.seeking = path.seeking
        whole.group = path.group
        whole.isTuple = path.isTuple
        try ParentFinder.resolve(whole)
        return whole
    }

    private func checkStep(_ step: Syntax) throws {
        switch step.kind {
        case .string(let name): step.kind = .name(name)
        case .number(let number):
            throw JSONataError("S0213", at: step.offset, value: .double(number))
        case .bool(let bool): throw JSONataError("S0213", at: step.offset, value: .bool(bool))
        case .null: throw JSONataError("S0213", at: step.offset, value: .null)
        default: break
        }
    }

    private mutating func predicate(_ left: Syntax, _ condition: Syntax) throws -> Syntax {
        let result = try build(left)
        let step = result.steps?.last ?? result
        guard step.group == nil else { throw JSONataError("S0209", at: condition.offset) }
        let filter = try build(condition)
        for slot in filter.seeking {
            if slot.level == 1 {
                try ParentFinder.seek(slot, in: step)
            } else {
                slot.level -= 1
            }
        }
        adopt(filter, into: step)
        if result.steps != nil {
            step.stages.append(.filter(filter))
        } else {
            step.predicates.append(filter)
        }
        return result
    }

    private mutating func ordering(
        _ raw: Syntax, _ left: Syntax, _ terms: [Syntax.SortTerm]
    ) throws -> Syntax {
        let path = self.path(around: try build(left))
        let sort = Syntax(.sort([]), at: raw.offset, height: raw.height)
        sort.kind = .sort(
            try terms.map {
                Syntax.SortTerm(
                    expression: try part($0.expression, of: sort), isDescending: $0.isDescending)
            })
        path.kind = .path((path.steps ?? []) + [sort])
        try ParentFinder.resolve(path)
        return path
    }

    private mutating func focus(_ raw: Syntax, _ left: Syntax, _ name: String) throws -> Syntax {
        let result = try build(left)
        let step = result.steps?.last ?? result
        guard step.stages.isEmpty, step.predicates.isEmpty else {
            throw JSONataError("S0215", at: raw.offset)
        }
        if case .sort = step.kind { throw JSONataError("S0216", at: raw.offset) }
        if raw.keepsArray { step.keepsArray = true }
        step.focus = name
        step.isTuple = true
        return result
    }

    private mutating func index(_ raw: Syntax, _ left: Syntax, _ name: String) throws -> Syntax {
        let built = try build(left)
        let result = path(around: built)
        guard let step = result.steps?.last else { return result }
        if step === built {
            step.stages = step.predicates.map { .filter($0) }
            step.predicates = []
        }
        if step.stages.isEmpty {
            step.index = name
        } else {
            step.stages.append(.index(name))
        }
        step.isTuple = true
        return result
    }
}

extension Syntax {
    /// The name of the sort of node, as messages show it.
    var kindName: String {
        switch kind {
        case .parent: "parent"
        case .path: "path"
        case .block: "block"
        case .call: "function"
        case .binary: "binary"
        case .array, .object, .negation: "unary"
        case .condition: "condition"
        case .assignment: "bind"
        case .variable: "variable"
        case .lambda: "lambda"
        default: "expression"
        }
    }
}
