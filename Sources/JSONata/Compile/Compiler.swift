import JSON

/// Turns the syntax tree into nodes whose variables are slots and whose functions are known.
struct Compiler {
    var scope: Scope
    var freeVariables: [String] = []
    let options: CompileOptions
    /// How many evaluations the node being compiled is inside of, from its function's body on.
    var level = 0
    private var isConditional = false
    private var nextLabel: Int
    private var labels: [Int: Int] = [:]

    private init(options: CompileOptions) {
        self.options = options
        scope = Scope(parent: nil, frame: FrameLayout(parent: nil))
        nextLabel = 0
    }

    struct Program {
        var node: Node
        var frame: FrameLayout
        var freeVariables: [String]
    }

    static func compile(_ tree: Syntax, options: CompileOptions) throws -> Program {
        var compiler = Compiler(options: options)
        for name in Assignments.names(in: [tree]) { _ = compiler.scope.declare(name) }
        let node = try compiler.compile(tree, isRoot: true)
        return Program(
            node: node, frame: compiler.scope.frame, freeVariables: compiler.freeVariables)
    }

    mutating func compile(
        _ syntax: Syntax, isRoot: Bool = false, isTail: Bool = false
    ) throws -> Node {
        level += 1
        defer { level -= 1 }
        let node = try NativeStack.run {
            try compileHere(syntax, isRoot: isRoot, isTail: isTail)
        }
        // Calls look for themselves, and are told from other nodes by what is around them.
        let isCall = node is CallNode || node is LibraryCallNode || node is LiteralNode
        return level % 32 == 0 && !isCall ? StackCheckNode(node, at: level) : node
    }

    private mutating func compileHere(
        _ syntax: Syntax, isRoot: Bool, isTail: Bool
    ) throws -> Node {
        let isPath = syntax.steps != nil
        let isPlain = syntax.predicates.isEmpty && (syntax.group == nil)
        var node = try core(syntax, isRoot: isRoot, isTail: isTail && isPlain)
        if !syntax.predicates.isEmpty {
            let filters = try syntax.predicates.map { try filter($0) }
            node = FilterNode(node, filters, keepsArray: syntax.keepsArray)
        }
        if let pairs = syntax.group, !isPath {
            node = GroupNode(node, try groupPairs(pairs))
        }
        return node
    }

    private mutating func core(
        _ syntax: Syntax, isRoot: Bool, isTail: Bool
    ) throws -> Node {
        switch syntax.kind {
        case .string(let text): return LiteralNode(.string(text))
        case .number(let number): return LiteralNode(.number(number))
        case .bool(let bool): return LiteralNode(.bool(bool))
        case .null: return LiteralNode(.null)
        case .name(let name): return FieldPathNode(first: nil, keys: [Key(name)])
        case .variable(let name): return variable(name)
        case .regex(let pattern, let flags):
            return LiteralNode(
                .function(
                    try RegexFunction(pattern: pattern, flags: flags, at: syntax.offset)))
        case .wildcard: return WildcardNode()
        case .descendants: return DescendantsNode()
        case .parent(let slot): return BindingNode(label: label(of: slot), fallback: nil)
        case .path(let steps): return try path(syntax, steps)
        case .block(let expressions):
            return try block(
                expressions, isRoot: isRoot, isTail: isTail,
                isPlain: syntax.predicates.isEmpty && syntax.group == nil)
        case .array(let items): return try array(syntax, items)
        case .object(let pairs): return try object(pairs)
        case .condition(let condition, let then, let otherwise):
            return try self.condition(condition, then, otherwise, isTail: isTail)
        case .assignment(let name, let value): return try assignment(name, value)
        case .lambda(let parameters, let signature, let body):
            return try lambda(parameters, signature, body)
        case .call(let procedure, let arguments):
            return try call(syntax, procedure, arguments, isTail: isTail)
        case .partial(let procedure, let arguments):
            return try partial(syntax, procedure, arguments)
        case .transform(let pattern, let update, let deletion):
            return TransformNode(
                pattern: try compile(pattern), update: try compile(update),
                deletion: try deletion.map { try compile($0) }, offset: syntax.offset)
        default: return try operation(syntax)
        }
    }

    private mutating func operation(_ syntax: Syntax) throws -> Node {
        switch syntax.kind {
        case .negation(let operand): return NegationNode(try compile(operand), at: syntax.offset)
        case .binary(let symbol, let left, let right):
            return binary(symbol, try compile(left), try compile(right), at: syntax.offset)
        case .coalescing(let left, let right):
            return DefaultNode(try compile(left), try compile(right), wantsTrue: false)
        case .fallback(let left, let right):
            return DefaultNode(try compile(left), try compile(right), wantsTrue: true)
        case .chain(let left, let right):
            let left = try compile(left)
            let right = try compile(right)
            return ChainNode(left, right, site(syntax, name: nil))
        default: throw JSONataError("S0201", at: syntax.offset, token: syntax.tokenText)
        }
    }

    private func binary(
        _ symbol: BinaryOperator, _ left: Node, _ right: Node, at offset: Int
    ) -> Node {
        switch symbol {
        case .add, .subtract, .multiply, .divide, .remainder:
            ArithmeticNode(symbol, left, right, at: offset)
        case .equal: EqualityNode(left, right, wanted: true)
        case .unequal: EqualityNode(left, right, wanted: false)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            ComparisonNode(symbol, left, right, at: offset)
        case .concatenate: ConcatenationNode.joining(left, right)
        case .and: LogicNode(left, right, decisive: false)
        case .or: LogicNode(left, right, decisive: true)
        case .membership: MembershipNode(left, right)
        case .range: RangeNode(left, right, at: offset)
        }
    }

    private mutating func condition(
        _ condition: Syntax, _ then: Syntax, _ otherwise: Syntax?, isTail: Bool
    ) throws -> Node {
        let test = try compile(condition)
        let outer = isConditional
        defer { isConditional = outer }
        isConditional = true
        return ConditionNode(
            test, try compile(then, isTail: isTail),
            try otherwise.map { try compile($0, isTail: isTail) })
    }

    func site(_ syntax: Syntax, name: String?) -> CallSite {
        CallSite(
            offset: syntax.offset, name: name, level: level, keepsArray: syntax.keepsArray)
    }

    mutating func newLabel() -> Int {
        nextLabel += 1
        return nextLabel
    }

    /// The label of the binding that a `%` refers to.
    mutating func label(of slot: ParentSlot) -> Int {
        if let label = labels[slot.label] { return label }
        let label = newLabel()
        labels[slot.label] = label
        return label
    }

    private mutating func assignment(_ name: String, _ value: Syntax) throws -> Node {
        let node = try compile(value)
        let slot = scope.slot(of: name) ?? scope.declare(name)
        if !isConditional { scope.markAssigned(name) }
        return AssignmentNode(slot: slot, value: node)
    }

    private mutating func block(
        _ expressions: [Syntax], isRoot: Bool, isTail: Bool, isPlain: Bool
    ) throws -> Node {
        let names = Assignments.names(in: expressions)
        let isCaptured = !isRoot && !names.isEmpty && Assignments.hasLambda(expressions)
        let outer = (scope, isConditional)
        defer { (scope, isConditional) = outer }
        let layout = isCaptured ? FrameLayout(parent: scope.frame) : scope.frame
        scope = Scope(parent: outer.0, frame: layout)
        isConditional = false
        let slots = names.map { scope.declare($0) }
        let last = expressions.count - 1
        let nodes = try expressions.indices.map {
            try compile(expressions[$0], isTail: isTail && $0 == last)
        }
        // A parenthesis around one expression is that expression, except where it stands between
        // a call and what would make it one.
        if nodes.count == 1, slots.isEmpty, isPlain, !(nodes[0] is CallNode),
            !(nodes[0] is LibraryCallNode)
        {
            return nodes[0]
        }
        let range = slots.isEmpty ? 0..<0 : slots[0]..<slots[0] + slots.count
        return BlockNode(nodes, slots: range, frame: isCaptured ? layout : nil)
    }

    private mutating func lambda(
        _ parameters: [String], _ signature: Signature?, _ body: Syntax
    ) throws -> Node {
        let outer = (scope, level, isConditional)
        defer { (scope, level, isConditional) = outer }
        scope = Scope(parent: outer.0, frame: FrameLayout(parent: outer.0.frame))
        level = 0
        isConditional = false
        for name in parameters {
            scope.declareParameter(name)
            scope.markAssigned(name)
        }
        for name in Assignments.names(in: [body]) { _ = scope.declare(name) }
        let node = try compile(body, isTail: true)
        return LambdaNode(
            parameterCount: parameters.count, signature: signature, layout: scope.frame,
            body: node)
    }
}
