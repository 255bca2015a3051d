import JSON

/// `[a, b, c]`.
final class ArrayNode: Node, @unchecked Sendable {
    struct Entry {
        var node: Node
        /// Written as an array itself: kept as one element instead of being spread.
        var isArray: Bool
    }

    private let entries: [Entry]
    private let nodes: [(node: Uncounted<Node>, isArray: Bool)]
    private let isStep: Bool

    init(_ entries: [Entry], isStep: Bool) {
        self.entries = entries
        nodes = entries.map { (Uncounted($0.node), $0.isArray) }
        self.isStep = isStep
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        var items: [Item] = []
        items.reserveCapacity(nodes.count)
        for index in nodes.indices {
            let isArray = nodes[index].isArray
            let value = try nodes[index].node.evaluate(input, &machine)
            switch value {
            case .undefined: break
            case .list(let more, _) where !isArray:
                if items.isEmpty { items = more } else { items.append(contentsOf: more) }
            case .array where !isArray: items.append(contentsOf: value.elements)
            default: items.append(value)
            }
        }
        try machine.charge(elements: items.count)
        let info = ListInfo(flags: isStep ? .constructed : [], depth: Item.depth(of: items))
        return try machine.nested(.list(items, info))
    }
}

/// `{k: v}` with fixed names over one item: the common case of an object constructor.
final class ObjectNode: Node, @unchecked Sendable {
    private let shape: Shape
    private let nodes: [Node]
    private let uncounted: [Uncounted<Node>]
    private let general: Node

    init(shape: Shape, nodes: [Node], general: Node) {
        self.shape = shape
        self.nodes = nodes
        uncounted = nodes.map { Uncounted($0) }
        self.general = general
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        if case .array = input { return try general.evaluate(input, &machine) }
        if case .list(let items, _) = input, items.count != 1 {
            return try general.evaluate(input, &machine)
        }
        let context = input.unwrapped
        var values: [Item] = []
        values.reserveCapacity(nodes.count)
        var isComplete = true
        for index in uncounted.indices {
            let value = try uncounted[index].evaluate(context, &machine)
            if value.isUndefined { isComplete = false }
            values.append(value)
        }
        try machine.charge(elements: 2 * nodes.count)
        let record = isComplete ? Record(shape, values) : withoutUndefined(values)
        return try machine.nested(.record(record))
    }

    private func withoutUndefined(_ values: [Item]) -> Record {
        let kept = values.indices.filter { !values[$0].isUndefined }
        return Record(Shape(kept.map { shape.keys[$0] }), kept.map { values[$0] })
    }
}
