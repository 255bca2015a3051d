import JSON

/// A compiled part of an expression.
///
/// Nodes are classes with one virtual call each: as fast as nested closures and easier to read.
class Node: @unchecked Sendable {
    // Proof: a node is set up by the compiler before the expression is handed out and never
    // changed afterwards; what an evaluation changes is in its `Machine`.

    /// The value for this context item; a sequence has collapsed.
    func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item { .undefined }

    /// The value before a sequence collapses: what predicates behind the expression work on.
    func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluate(input, &machine)
    }

    /// Whether the expression binds variables that an outer path may need.
    var bindsRows: Bool { false }

    /// The items with their bindings, of an expression that binds; of any other no items.
    func evaluateRows(_ input: Item, _ machine: inout Machine) throws -> [Row] { [] }
}

extension Uncounted<Node> {
    /// The value for this context item; a sequence has collapsed.
    @inline(__always)
    func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try reference._withUnsafeGuaranteedRef { try $0.evaluate(input, &machine) }
    }

    /// The value before a sequence collapses.
    @inline(__always)
    func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        try reference._withUnsafeGuaranteedRef { try $0.evaluateRaw(input, &machine) }
    }
}

/// An item on its way through a path that binds variables, with its bindings.
struct Row {
    var item: Item
    var bindings: Binding?
}

/// A fixed value.
final class LiteralNode: Node, @unchecked Sendable {
    let value: Item

    init(_ value: Item) { self.value = value }

    override func evaluate(_ input: Item, _ machine: inout Machine) -> Item { value }
}

/// `$`: the context item.
final class ContextNode: Node, @unchecked Sendable {
    override func evaluate(_ input: Item, _ machine: inout Machine) -> Item { input.unwrapped }
}

/// `$$`: the input document.
final class RootNode: Node, @unchecked Sendable {
    override func evaluate(_ input: Item, _ machine: inout Machine) -> Item { machine.root }
}

extension Item {
    /// An input document that is an array, without its wrapper.
    @inline(__always)
    var unwrapped: Item {
        if case .list(let items, let info) = self, info.flags.contains(.wrapper) { return items[0] }
        return self
    }
}
