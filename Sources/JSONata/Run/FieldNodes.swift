import JSON

/// `a.b.c`, from the context or from a variable: names only, nothing kept, nothing filtered.
final class FieldPathNode: Node, @unchecked Sendable {
    private let first: Node?
    /// The place of the variable that it starts from, if the caller supplies that.
    private let variable: Int?
    private let keys: [Key]
    private let kept: Lookup
    private let way: Lookup.Uncounted

    init(first: Node?, keys: [Key]) {
        self.first = first
        self.keys = keys
        variable = (first as? FreeVariableNode)?.index
        kept = Lookup(keys.map { .name($0) })
        way = kept.uncounted
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        if let variable, let value = machine.supplied(variable) {
            // The value is looked through where it lies: a copy would count a reference.
            switch way.passage(from: value) {
            case .found(let value): return Item(value)
            case .missing: return .undefined
            case .blocked: return follow(Item(value.pointee))
            }
        }
        if let first { return follow(try first.evaluate(input, &machine)) }
        return follow(input)
    }

    private func follow(_ start: Item) -> Item {
        if case .object(let object) = start {
            switch way.passage(from: object) {
            case .found(let value): return Item(value)
            case .missing: return .undefined
            case .blocked: break
            }
        }
        var current = start
        for index in keys.indices {
            switch current {
            case .object(let object): current = Item(object[keys[index]])
            case .record(let record): current = record[keys[index]]
            case .array, .list: return mapped(current, from: index).collapsed
            default: return .undefined
            }
        }
        return current
    }

    /// The rest of the way once there is an array.
    private func mapped(_ start: Item, from index: Int) -> Item {
        var current = start
        for key in keys[index..<keys.count - 1] {
            var results = Gathering(capacity: current.elementCount)
            current.forEachElement { results.add($0.member(key)) }
            if results.items.isEmpty { return .undefined }
            current = .list(results.items, .sequence)
        }
        var results = LastGathering(capacity: current.elementCount)
        let key = keys[keys.count - 1]
        current.forEachElement { results.add($0.member(key)) }
        return results.result
    }
}

/// `a.b.(e)`: names, then one expression for each item that they lead to. What is rarer goes the
/// general way.
final class FieldMapNode: Node, @unchecked Sendable {
    private let first: Node?
    private let keys: [Key]
    private let kept: Node
    private let last: Uncounted<Node>
    private let general: PathNode

    init(first: Node?, keys: [Key], last: Node, general: PathNode) {
        self.first = first
        self.keys = keys
        kept = last
        self.last = Uncounted(last)
        self.general = general
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluateRaw(input, &machine).collapsed
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        var current = input
        if let first { current = try first.evaluate(input, &machine) }
        for index in keys.indices {
            switch current {
            case .object(let object): current = Item(object[keys[index]])
            case .record(let record): current = record[keys[index]]
            default: return try general.evaluateRaw(input, &machine)
            }
        }
        guard case .array(let array) = current else {
            return try general.evaluateRaw(input, &machine)
        }
        var results = LastGathering(capacity: array.count)
        try Item.forEachElement(of: array) { item in
            try machine.step()
            results.add(try last.evaluate(item, &machine))
        }
        let result = results.result
        try machine.charge(elements: result.elementCount)
        return result
    }
}

/// `*`: all values of an object, arrays spread completely; the elements of an array likewise.
final class WildcardNode: Node, @unchecked Sendable {
    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluateRaw(input, &machine).collapsed
    }

    /// Once an array has been spread into them, the results are a plain array.
    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        var results: [Item] = []
        var isPlain = false
        func add(_ value: Item) {
            isPlain = isPlain || value.isArray
            Self.flatten(value, into: &results)
        }
        let item = input.unwrapped
        if item.isArray {
            item.forEachElement(add)
        } else {
            for member in item.members { add(member.value) }
        }
        try machine.charge(elements: results.count)
        let flags: ListInfo.Flags = isPlain ? [] : .sequence
        return .list(results, ListInfo(flags: flags, depth: Item.depth(of: results)))
    }

    private static func flatten(_ item: Item, into results: inout [Item]) {
        guard item.isArray else { return results.append(item) }
        NativeStack.run { item.forEachElement { flatten($0, into: &results) } }
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
        if !item.isArray {
            try machine.charge(elements: 1)
            results.append(item)
        }
        guard item.isArray || item.isObject else { return }
        try NativeStack.run {
            if item.isArray {
                try item.forEachElement { try descend($0, &results, &machine) }
            } else {
                for member in item.members { try descend(member.value, &results, &machine) }
            }
        }
    }
}
