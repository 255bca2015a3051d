import JSON

/// One step of a path.
struct Step {
    enum Action {
        case name(Key)
        case node(Node)
        case sort(SortClause)
    }

    enum Stage {
        case filter(Filter)
        case index(label: Int)
    }

    var action: Action
    var stages: [Stage] = []
    /// Where the step's results are bound, of a step with `@`.
    var focus: Int?
    /// Where their places are bound, of a step with `#`.
    var index: Int?
    /// Where the step's input is bound for a `%` further on.
    var ancestor: Int?
    /// An array constructor, whose result stays one value.
    var constructsArray = false

    /// The step's value for one item, filtered; a sequence need not have collapsed.
    @inline(__always)
    func evaluate(_ item: Item, _ machine: inout Machine) throws -> Item {
        var result: Item
        switch action {
        case .name(let key): result = item.member(key)
        case .node(let node): result = try node.evaluate(item, &machine)
        case .sort: return item
        }
        for stage in stages {
            if case .filter(let filter) = stage { result = try filter.apply(to: result, &machine) }
        }
        return result
    }
}

/// A path that binds no variables on its way.
final class PathNode: Node, @unchecked Sendable {
    private let steps: [Step]
    private let startsWithVariable: Bool
    private let keepsSingleton: Bool

    init(_ steps: [Step], startsWithVariable: Bool, keepsSingleton: Bool) {
        self.steps = steps
        self.startsWithVariable = startsWithVariable
        self.keepsSingleton = keepsSingleton
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluateRaw(input, &machine).collapsed
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        var stream = input.isUndefined ? .one(input) : Stream(input, maps: !startsWithVariable)
        let last = steps.count - 1
        for position in steps.indices {
            let step = steps[position]
            if case .sort(let clause) = step.action {
                stream = try sort(stream, clause, step, &machine)
            } else if position == 0 && step.constructsArray {
                let value = try step.evaluate(input, &machine)
                if last == 0 { return kept(value) }
                stream = value.isArray ? .many(value.elements) : Stream(value, maps: true)
            } else if position == last {
                return kept(try finalStep(step, stream, &machine))
            } else {
                stream = try middleStep(step, stream, &machine)
            }
            if stream.isEmpty { return .undefined }
        }
        return kept(stream.item)
    }

    private func kept(_ result: Item) -> Item {
        guard keepsSingleton else { return result }
        switch result {
        case .undefined, .array: return result
        case .list(let items, var info):
            if info.flags.contains(.constructed) && !info.flags.contains(.sequence) {
                return .list(
                    [result], ListInfo(flags: [.sequence, .keepsSingleton], depth: info.depth + 1))
            }
            info.flags.insert(.keepsSingleton)
            return .list(items, info)
        default:
            return .list(
                [result],
                ListInfo(flags: [.sequence, .keepsSingleton], depth: result.depth &+ 1))
        }
    }

    private func finalStep(
        _ step: Step, _ stream: Stream, _ machine: inout Machine
    ) throws -> Item {
        if case .one(let item) = stream {
            let result = try step.evaluate(item, &machine)
            // Filtering has left a sequence, whose members get spread one level as always.
            guard case .list(let items, let info) = result, info.flags.contains(.sequence),
                items.contains(where: \.isArray), !step.stages.isEmpty
            else { return result }
            return .list(items, info)
        }
        var results = LastGathering()
        for item in stream {
            try machine.step()
            results.add(try step.evaluate(item, &machine))
        }
        let result = results.result
        try machine.charge(elements: result.elementCount)
        return result
    }

    private func middleStep(
        _ step: Step, _ stream: Stream, _ machine: inout Machine
    ) throws -> Stream {
        if case .one(let item) = stream {
            return Stream(try step.evaluate(item, &machine), maps: true)
        }
        var results = Gathering()
        for item in stream {
            try machine.step()
            results.add(try step.evaluate(item, &machine))
        }
        try machine.charge(elements: results.items.count)
        return .many(results.items)
    }

    private func sort(
        _ stream: Stream, _ clause: SortClause, _ step: Step, _ machine: inout Machine
    ) throws -> Stream {
        let items = Array(stream)
        var result = Item.list(
            try clause.sort(items, &machine), items.count > 1 ? .plain : .sequence)
        for stage in step.stages {
            if case .filter(let filter) = stage { result = try filter.apply(to: result, &machine) }
        }
        return .sorted(result)
    }
}

/// The items between two steps.
private enum Stream: Sequence {
    case one(Item)
    case many([Item])
    case data(ArrayValue)
    /// What a sort has made: of several items a plain array.
    case sorted(Item)

    /// A value as the input of the next step: an array is its members.
    init(_ item: Item, maps: Bool) {
        guard maps else {
            self = .one(item)
            return
        }
        switch item {
        case .array(let array): self = .data(array)
        case .list(let items, let info):
            let isWhole = info.flags.contains(.constructed) && !info.flags.contains(.sequence)
            self = isWhole ? .one(item) : .many(items)
        case .undefined: self = .many([])
        default: self = .one(item)
        }
    }

    var isEmpty: Bool {
        switch self {
        case .one: false
        case .many(let items): items.isEmpty
        case .data(let array): array.isEmpty
        case .sorted(let item): item.elementCount == 0
        }
    }

    var item: Item {
        switch self {
        case .one(let item), .sorted(let item): item
        case .many(let items):
            .list(items, ListInfo(flags: .sequence, depth: Item.depth(of: items)))
        case .data(let array): .array(array)
        }
    }

    func makeIterator() -> Elements {
        if case .one(let item) = self { return Elements(.list([item], .sequence)) }
        return Elements(item)
    }
}
