import JSON

/// A path that binds no variables on its way.
final class PathNode: Node, @unchecked Sendable {
    private let kept: [Step]
    private let steps: [PathStep]
    let startsWithVariable: Bool
    private let keepsSingleton: Bool

    init(_ steps: [Step], startsWithVariable: Bool, keepsSingleton: Bool) {
        kept = steps
        self.steps = steps.map(PathStep.init)
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
            if step.isSort, case .sort(let clause) = step.step.action {
                stream = try sort(stream, clause, step.step, &machine)
            } else if position == 0 && step.constructsArray {
                let value = try step.evaluate(input, &machine)
                if last == 0 || value.isArray && value.elementCount == 0 { return kept(value) }
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
        _ step: PathStep, _ stream: Stream, _ machine: inout Machine
    ) throws -> Item {
        if case .one(let item) = stream {
            let result = try step.evaluate(item, &machine)
            // Filtering has left a sequence, whose members get spread one level as always.
            guard case .list(let items, let info) = result, info.flags.contains(.sequence),
                items.contains(where: \.isArray), step.hasStages
            else { return result }
            return .list(items, info)
        }
        var results = LastGathering(capacity: stream.count)
        try stream.forEach { item in
            try machine.step()
            results.add(try step.evaluate(item, &machine))
        }
        let result = results.result
        try machine.charge(elements: result.elementCount)
        return result
    }

    private func middleStep(
        _ step: PathStep, _ stream: Stream, _ machine: inout Machine
    ) throws -> Stream {
        if case .one(let item) = stream {
            return Stream(try step.evaluate(item, &machine), maps: true)
        }
        var results = Gathering(capacity: stream.count)
        try stream.forEach { item in
            try machine.step()
            results.add(try step.evaluate(item, &machine))
        }
        try machine.charge(elements: results.items.count)
        return .many(results.items)
    }

    private func sort(
        _ stream: Stream, _ clause: SortClause, _ step: Step, _ machine: inout Machine
    ) throws -> Stream {
        let items = stream.items
        var result = Item.list(
            try clause.sort(items, &machine),
            ListInfo(flags: items.count > 1 ? [] : .sequence, depth: Item.depth(of: items)))
        for stage in step.stages {
            if case .filter(let filter) = stage { result = try filter.apply(to: result, &machine) }
        }
        return .sorted(result)
    }
}

/// The items between two steps.
private enum Stream {
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

    var count: Int {
        switch self {
        case .one: 1
        case .many(let items): items.count
        case .data(let array): array.count
        case .sorted(let item): item.elementCount
        }
    }

    var isEmpty: Bool { count == 0 }

    var item: Item {
        switch self {
        case .one(let item), .sorted(let item): item
        case .many(let items):
            .list(items, ListInfo(flags: .sequence, depth: Item.depth(of: items)))
        case .data(let array): .array(array)
        }
    }

    var items: [Item] {
        if case .one(let item) = self { return [item] }
        return item.elements
    }

    @inline(__always)
    func forEach(_ body: (Item) throws -> Void) rethrows {
        switch self {
        case .one(let item): try body(item)
        case .many(let items): for item in items { try body(item) }
        case .data(let array): try Item.forEachElement(of: array, body)
        case .sorted(let item): for item in item.elements { try body(item) }
        }
    }
}
