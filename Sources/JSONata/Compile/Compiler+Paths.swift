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
        if let fields = try fieldPath(syntax, steps) { return fields }
        let compiled = try steps.map { try step($0) }
        var startsWithVariable = false
        if case .variable = steps[0].kind { startsWithVariable = true }
        if let first = steps.firstIndex(where: \.isTuple) {
            return TuplePathNode(
                compiled, firstBinding: first, startsWithVariable: startsWithVariable,
                keepsSingleton: syntax.keepsSingleton || syntax.keepsArray)
        }
        return PathNode(
            compiled, startsWithVariable: startsWithVariable,
            keepsSingleton: syntax.keepsSingleton || syntax.keepsArray)
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
        var step = Step(action: try action(of: syntax))
        step.constructsArray = syntax.constructsArray
        if let name = syntax.focus { step.focus = bind(name) }
        if let name = syntax.index { step.index = bind(name) }
        if let slot = syntax.ancestor { step.ancestor = label(of: slot) }
        for stage in syntax.stages {
            switch stage {
            case .filter(let condition): step.stages.append(.filter(try filter(condition)))
            case .index(let name): step.stages.append(.index(label: bind(name)))
            }
        }
        return step
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
