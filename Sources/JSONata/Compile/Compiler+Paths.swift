import JSON

extension Compiler {
    mutating func array(_ syntax: Syntax, _ items: [Syntax]) throws -> Node {
        let entries = try items.map { item in
            var isArray = false
            if case .array = item.kind { isArray = true }
            return ArrayNode.Entry(node: try compile(item), isArray: isArray)
        }
        return ArrayNode(entries, isStep: syntax.constructsArray)
    }

    mutating func object(_ pairs: [Syntax.Pair]) throws -> Node {
        let compiled = try groupPairs(pairs)
        let general = GroupNode(nil, compiled)
        var keys: [Key] = []
        for pair in pairs {
            guard case .string(let name) = pair.key.kind, pair.key.predicates.isEmpty,
                pair.key.group == nil
            else { return general }
            keys.append(Key(name))
        }
        guard !keys.isEmpty, Set(keys).count == keys.count else { return general }
        return ObjectNode(shape: Shape(keys), nodes: compiled.map(\.value), general: general)
    }

    mutating func groupPairs(_ pairs: [Syntax.Pair]) throws -> [GroupNode.Pair] {
        try pairs.map {
            GroupNode.Pair(
                key: try compile($0.key), value: try compile($0.value), offset: $0.key.offset)
        }
    }

    mutating func filter(_ condition: Syntax) throws -> Filter {
        if case .number(let index) = condition.kind, condition.predicates.isEmpty {
            return Filter(index: index, condition: LiteralNode(.number(index)))
        }
        return Filter(index: nil, condition: try compile(condition))
    }

    mutating func path(_ syntax: Syntax, _ steps: [Syntax]) throws -> Node {
        let outer = scope
        defer { scope = outer }
        scope = Scope(parent: outer, frame: outer.frame)
        var node = try pathNode(syntax, steps)
        if let pairs = syntax.group {
            node = GroupNode(node, try groupPairs(pairs))
        }
        return node
    }

    private mutating func pathNode(_ syntax: Syntax, _ steps: [Syntax]) throws -> Node {
        let steps = withSeparateMember(steps)
        if let fields = try fieldPath(syntax, steps) { return fields }
        let compiled = try steps.map { try step($0) }
        var startsWithVariable = false
        if case .variable = steps[0].kind { startsWithVariable = true }
        if let first = steps.firstIndex(where: \.isTuple) {
            return TuplePathNode(
                compiled, firstBinding: first, startsWithVariable: startsWithVariable,
                keepsSingleton: syntax.keepsSingleton || syntax.keepsArray)
        }
        let path = PathNode(
            compiled, startsWithVariable: startsWithVariable,
            keepsSingleton: syntax.keepsSingleton || syntax.keepsArray)
        return try fieldMap(syntax, steps, compiled, general: path) ?? path
    }

    /// The steps of `$variable.member.…` with one that is both, where the caller supplies the member.
    private func withSeparateMember(_ steps: [Syntax]) -> [Syntax] {
        guard steps.count > 2, case .variable(let name) = steps[0].kind,
            case .name(let member) = steps[1].kind,
            options.separateMembers[name]?.contains(member) == true, !isKnown(name),
            steps[..<2].allSatisfy(\.isPlain), !steps.contains(where: \.isTuple)
        else { return steps }
        return [Syntax(.variable("\(name).\(member)"), at: steps[0].offset)] + steps[2...]
    }

    /// The path as names with one expression at the end, if it is that.
    private mutating func fieldMap(
        _ syntax: Syntax, _ steps: [Syntax], _ compiled: [Step], general: PathNode
    ) throws -> Node? {
        guard !syntax.keepsSingleton, !syntax.keepsArray, steps.count > 1,
            case .node(let last) = compiled[compiled.count - 1].action,
            compiled.allSatisfy({ $0.stages.isEmpty && !$0.constructsArray })
        else { return nil }
        var first: Node?
        var keys: [Key] = []
        for (index, step) in compiled.dropLast().enumerated() {
            switch step.action {
            case .name(let key): keys.append(key)
            case .node(let node) where index == 0 && general.startsWithVariable: first = node
            default: return nil
            }
        }
        return FieldMapNode(first: first, keys: keys, last: last, general: general)
    }

    /// The path as names only, if it is that.
    private mutating func fieldPath(_ syntax: Syntax, _ steps: [Syntax]) throws -> Node? {
        guard !syntax.keepsSingleton, !syntax.keepsArray else { return nil }
        var first: Node?
        var keys: [Key] = []
        for (index, step) in steps.enumerated() {
            guard step.stages.isEmpty, step.predicates.isEmpty, step.group == nil, !step.isTuple
            else { return nil }
            switch step.kind {
            case .name(let name): keys.append(Key(name))
            case .variable(let name) where index == 0 && steps.count > 1:
                first = variable(name)
            default: return nil
            }
        }
        return FieldPathNode(first: first, keys: keys)
    }

    private mutating func step(_ syntax: Syntax) throws -> Step {
        let action = try action(of: syntax)
        let focus = syntax.focus.map { bind($0) }
        let index = syntax.index.map { bind($0) }
        let ancestor = syntax.ancestor.map { label(of: $0) }
        let stages = try syntax.stages.map { stage -> Step.Stage in
            switch stage {
            case .filter(let condition): .filter(try filter(condition))
            case .index(let name): .index(label: bind(name))
            }
        }
        return Step(
            action, stages: stages, focus: focus, index: index, ancestor: ancestor,
            constructsArray: syntax.constructsArray)
    }

    private mutating func bind(_ name: String) -> Int {
        let label = newLabel()
        scope.bind(name, label: label)
        return label
    }

    private mutating func action(of syntax: Syntax) throws -> Step.Action {
        switch syntax.kind {
        case .name(let name): return .name(Key(name))
        case .sort(let terms):
            return .sort(
                SortClause(
                    terms: try terms.map {
                        SortClause.Term(
                            node: try compile($0.expression), isDescending: $0.isDescending)
                    }, offset: syntax.offset))
        default: return .node(try compile(syntax))
        }
    }
}
