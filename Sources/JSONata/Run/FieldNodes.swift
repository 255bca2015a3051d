import JSON

/// `a.b.c`, from the context or from a variable: names only, nothing kept, nothing filtered.
final class FieldPathNode: Node, @unchecked Sendable {
    private let first: Node?
    private let keys: [Key]

    init(first: Node?, keys: [Key]) {
        self.first = first
        self.keys = keys
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        var current = try first?.evaluate(input, &machine) ?? input
        var index = 0
        while index < keys.count {
            switch current {
            case .object(let object): current = Item(object[keys[index]])
            case .record(let record): current = record[keys[index]]
            case .array, .list: return mapped(current, from: index).collapsed
            default: return .undefined
            }
            index += 1
        }
        if let first, case .list = current, first is VariableNode { return current.collapsed }
        return current
    }

    /// The rest of the way once there is an array.
    private func mapped(_ start: Item, from index: Int) -> Item {
        var current = start
        for key in keys[index..<keys.count - 1] {
            var results = Gathering()
            for element in Elements(current) { results.add(element.member(key)) }
            if results.items.isEmpty { return .undefined }
            current = .list(results.items, .sequence)
        }
        var results = LastGathering()
        let key = keys[keys.count - 1]
        for element in Elements(current) { results.add(element.member(key)) }
        return results.result
    }
}

/// `*`: all values of an object, arrays spread completely; the elements of an array likewise.
final class WildcardNode: Node, @unchecked Sendable {
    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluateRaw(input, &machine).collapsed
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        var results: [Item] = []
        let item = input.unwrapped
        if item.isArray {
            for element in Elements(item) { Self.flatten(element, into: &results) }
        } else {
            for member in item.members { Self.flatten(member.value, into: &results) }
        }
        try machine.charge(elements: results.count)
        return .list(results, ListInfo(flags: .sequence, depth: Item.depth(of: results)))
    }

    private static func flatten(_ item: Item, into results: inout [Item]) {
        guard item.isArray else { return results.append(item) }
        for element in Elements(item) { flatten(element, into: &results) }
    }
}

/// `**`: the item and everything below, arrays themselves left out.
final class DescendantsNode: Node, @unchecked Sendable {
    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluateRaw(input, &machine).collapsed
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        var results: [Item] = []
        if !input.isUndefined { try Self.descend(input, &results, &machine) }
        return .list(results, ListInfo(flags: .sequence, depth: Item.depth(of: results)))
    }

    private static func descend(
        _ item: Item, _ results: inout [Item], _ machine: inout Machine
    ) throws {
        if item.isArray {
            for element in Elements(item) { try descend(element, &results, &machine) }
            return
        }
        try machine.charge(elements: 1)
        results.append(item)
        for member in item.members { try descend(member.value, &results, &machine) }
    }
}
