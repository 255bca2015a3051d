/// `a ? b : c`.
final class ConditionNode: Node, @unchecked Sendable {
    private let condition: Node
    private let then: Node
    private let otherwise: Node?

    init(_ condition: Node, _ then: Node, _ otherwise: Node?) {
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        if try condition.evaluate(input, &machine).isTrue {
            return try then.evaluate(input, &machine)
        }
        return try otherwise?.evaluate(input, &machine) ?? .undefined
    }
}

/// `a ?? b`: the left side if it exists; and `a ?: b`: the left side if it counts as true.
final class DefaultNode: Node, @unchecked Sendable {
    private let left: Node
    private let right: Node
    private let wantsTrue: Bool

    init(_ left: Node, _ right: Node, wantsTrue: Bool) {
        self.left = left
        self.right = right
        self.wantsTrue = wantsTrue
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let value = try left.evaluate(input, &machine)
        let isGood = wantsTrue ? value.isTrue : !value.isUndefined
        return isGood ? value : try right.evaluate(input, &machine)
    }
}

/// An expression that nests so deeply that depth and native stack have to be looked at on the way.
final class StackCheckNode: Node, @unchecked Sendable {
    private let node: Node
    private let level: Int

    init(_ node: Node, at level: Int) {
        self.node = node
        self.level = level
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try machine.withStack(at: level) { try node.evaluate(input, &$0) }
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        try machine.withStack(at: level) { try node.evaluateRaw(input, &$0) }
    }

    override var bindsRows: Bool { node.bindsRows }

    override func evaluateRows(_ input: Item, _ machine: inout Machine) throws -> [Row] {
        try node.evaluateRows(input, &machine)
    }
}
