import JSON

/// A variable of this frame or of one further out.
final class VariableNode: Node, @unchecked Sendable {
    private let hops: Int
    private let slot: Int
    /// What the name means outside, as long as nothing has been assigned here.
    private let fallback: Node?

    init(hops: Int, slot: Int, fallback: Node?) {
        self.hops = hops
        self.slot = slot
        self.fallback = fallback
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let value =
            hops == 0
            ? machine.frame._withUnsafeGuaranteedRef { $0[slot] } : outerFrame(machine)[slot]
        guard case .unassigned = value else { return value }
        return try fallback?.evaluate(input, &machine) ?? .undefined
    }

    private func outerFrame(_ machine: borrowing Machine) -> Frame {
        var frame = machine.keptFrame
        for _ in 0..<hops { if let parent = frame.parent { frame = parent } }
        return frame
    }
}

/// A variable that the caller of the expression supplies.
final class FreeVariableNode: Node, @unchecked Sendable {
    let index: Int
    /// The library's function of the same name.
    private let fallback: LiteralNode?

    init(index: Int, fallback: LiteralNode?) {
        self.index = index
        self.fallback = fallback
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) -> Item {
        guard let value = machine.supplied(index) else {
            return fallback?.evaluate(input, &machine) ?? .undefined
        }
        return Item(value.pointee)
    }
}

/// A variable that `@` or `#` binds, or the input of an earlier step that `%` refers to.
final class BindingNode: Node, @unchecked Sendable {
    private let label: Int
    private let fallback: Node?

    init(label: Int, fallback: Node?) {
        self.label = label
        self.fallback = fallback
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        var binding = machine.bindings
        while let found = binding {
            if found.label == label { return found.value }
            binding = found.next
        }
        return try fallback?.evaluate(input, &machine) ?? .undefined
    }
}

/// `$name := value`.
final class AssignmentNode: Node, @unchecked Sendable {
    private let slot: Int
    private let value: Node

    init(slot: Int, value: Node) {
        self.slot = slot
        self.value = value
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let result = try value.evaluate(input, &machine)
        machine.frame._withUnsafeGuaranteedRef { $0.assign(result, to: slot) }
        if result.mayCapture { try machine.note(machine.keptFrame) }
        return result
    }
}

/// `(a; b; c)`: the value of the last expression.
final class BlockNode: Node, @unchecked Sendable {
    private let expressions: [Node]
    private let parts: [Uncounted<Node>]
    /// The variables of the block in the surrounding frame.
    private let slots: Range<Int>
    /// Set for a block whose variables functions capture: it gets a frame of its own each time.
    private let frame: FrameLayout?

    init(_ expressions: [Node], slots: Range<Int>, frame: FrameLayout?) {
        self.expressions = expressions
        parts = expressions.map { Uncounted($0) }
        self.slots = slots
        self.frame = frame
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try inScope(&machine) { machine in
            var result = Item.undefined
            for index in parts.indices { result = try parts[index].evaluate(input, &machine) }
            if frame != nil { machine.leave(machine.keptFrame, with: result) }
            return result
        }
    }

    override var bindsRows: Bool { expressions.last?.bindsRows ?? false }

    override func evaluateRows(_ input: Item, _ machine: inout Machine) throws -> [Row] {
        try inScope(&machine) { machine in
            for expression in expressions.dropLast() {
                _ = try expression.evaluate(input, &machine)
            }
            return try expressions.last?.evaluateRows(input, &machine) ?? []
        }
    }

    @inline(__always)
    private func inScope<R>(
        _ machine: inout Machine, _ body: (inout Machine) throws -> R
    ) rethrows -> R {
        guard let frame else {
            if !slots.isEmpty { machine.frame._withUnsafeGuaranteedRef { $0.clear(slots) } }
            return try body(&machine)
        }
        return try machine.with(Frame.make(count: frame.count, parent: machine.keptFrame), body)
    }
}
