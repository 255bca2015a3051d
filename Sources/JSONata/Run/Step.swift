import JSON

/// One step of a path.
final class Step {
    enum Action {
        case name(Key)
        case node(Node)
        case sort(SortClause)
    }

    enum Stage {
        case filter(Filter)
        case index(label: Int)
    }

    let action: Action
    let stages: [Stage]
    /// Where the step's results are bound, of a step with `@`.
    let focus: Int?
    /// Where their places are bound, of a step with `#`.
    let index: Int?
    /// Where the step's input is bound for a `%` further on.
    let ancestor: Int?
    /// An array constructor, whose result stays one value.
    let constructsArray: Bool

    init(
        _ action: Action, stages: [Stage], focus: Int?, index: Int?, ancestor: Int?,
        constructsArray: Bool
    ) {
        self.action = action
        self.stages = stages
        self.focus = focus
        self.index = index
        self.ancestor = ancestor
        self.constructsArray = constructsArray
    }

    /// What is left of the step's value.
    func filtered(_ value: Item, _ machine: inout Machine) throws -> Item {
        var result = value
        for stage in stages {
            if case .filter(let filter) = stage { result = try filter.apply(to: result, &machine) }
        }
        return result
    }

    /// The step's value for one item, filtered; a sequence need not have collapsed.
    @inline(__always)
    func evaluate(_ item: Item, _ machine: inout Machine) throws -> Item {
        let result: Item
        switch action {
        case .name(let key): result = item.member(key)
        case .node(let node): result = try node.evaluate(item, &machine)
        case .sort: return item
        }
        return stages.isEmpty ? result : try filtered(result, &machine)
    }
}

/// A step as a path goes through it, without counting references to its parts; the path keeps it.
struct PathStep {
    private let reference: Uncounted<Step>
    let key: Key?
    let node: Uncounted<Node>?
    let isSort: Bool
    let hasStages: Bool
    let constructsArray: Bool

    init(_ step: Step) {
        reference = Uncounted(step)
        switch step.action {
        case .name(let key): (self.key, node, isSort) = (key, nil, false)
        case .node(let node): (key, self.node, isSort) = (nil, Uncounted(node), false)
        case .sort: (key, node, isSort) = (nil, nil, true)
        }
        hasStages = !step.stages.isEmpty
        constructsArray = step.constructsArray
    }

    var step: Step { reference.reference.takeUnretainedValue() }

    @inline(__always)
    func evaluate(_ item: Item, _ machine: inout Machine) throws -> Item {
        let result: Item
        if let key {
            result = item.member(key)
        } else if let node {
            result = try node.evaluate(item, &machine)
        } else {
            return item
        }
        return hasStages ? try step.filtered(result, &machine) : result
    }
}
