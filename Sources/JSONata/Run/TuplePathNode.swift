import JSON

/// A path with `@`, `#` or an answered `%`: its items carry rows of bindings along.
final class TuplePathNode: Node, @unchecked Sendable {
    private let steps: [Step]
    private let startsWithVariable: Bool
    private let keepsSingleton: Bool
    /// The first step that binds; those before it are an ordinary path.
    private let firstBinding: Int

    init(_ steps: [Step], firstBinding: Int, startsWithVariable: Bool, keepsSingleton: Bool) {
        self.steps = steps
        self.firstBinding = firstBinding
        self.startsWithVariable = startsWithVariable
        self.keepsSingleton = keepsSingleton
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluateRaw(input, &machine).collapsed
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        let items = try rows(input, &machine).map(\.item)
        var flags: ListInfo.Flags = .sequence
        if keepsSingleton { flags.insert(.keepsSingleton) }
        return .list(items, ListInfo(flags: flags, depth: Item.depth(of: items)))
    }

    override var bindsRows: Bool { true }

    override func evaluateRows(_ input: Item, _ machine: inout Machine) throws -> [Row] {
        try rows(input, &machine)
    }

    private func rows(_ input: Item, _ machine: inout Machine) throws -> [Row] {
        let outer = machine.bindings
        defer { machine.bindings = outer }
        var rows = try start(input, &machine).map { Row(item: $0, bindings: outer) }
        // An array constructor in front is evaluated as a whole, and binds nothing.
        for step in steps.dropFirst(max(firstBinding, steps[0].constructsArray ? 1 : 0)) {
            if rows.isEmpty { return [] }
            rows = try advance(step, rows, &machine)
            try machine.charge(elements: rows.count * 2)
        }
        return rows
    }

    /// The items that the first binding step is evaluated for.
    private func start(_ input: Item, _ machine: inout Machine) throws -> [Item] {
        let isMapped = input.isArray && !startsWithVariable
        var items = isMapped ? input.elements : [input]
        for (position, step) in steps[..<max(firstBinding, 1)].enumerated() {
            if position == 0 && step.constructsArray {
                let value = try step.evaluate(input, &machine)
                if step.focus == nil { items = value.elements }
            } else if position < firstBinding {
                items = try plain(step, items, &machine)
            }
        }
        return items
    }

    /// The results of a step that binds nothing, before any that does.
    private func plain(
        _ step: Step, _ items: [Item], _ machine: inout Machine
    ) throws -> [Item] {
        if case .sort(let clause) = step.action {
            let rows = Row.rows(of: try clause.sort(items, &machine), machine.bindings)
            return try stages(step, rows, &machine).map(\.item)
        }
        var results = Gathering(capacity: items.count)
        for item in items { results.add(try step.evaluate(item, &machine)) }
        return results.items
    }

    private func advance(_ step: Step, _ rows: [Row], _ machine: inout Machine) throws -> [Row] {
        if case .sort(let clause) = step.action {
            var sorted = try clause.sort(rows, &machine)
            if let label = step.index { number(&sorted, label) }
            return try stages(step, sorted, &machine)
        }
        var results: [Row] = []
        for row in rows {
            try machine.step()
            machine.bindings = row.bindings
            try append(step, row, to: &results, &machine)
        }
        return try stages(step, results, &machine)
    }

    private func append(
        _ step: Step, _ row: Row, to results: inout [Row], _ machine: inout Machine
    ) throws {
        let value: Item
        switch step.action {
        case .name(let key): value = row.item.member(key)
        case .node(let node):
            if node.bindsRows {
                results += try node.evaluateRows(row.item, &machine)
                return
            }
            value = try node.evaluate(row.item, &machine)
        case .sort: return
        }
        if value.isUndefined { return }
        var place = 0
        for element in Elements(value) {
            var bindings = row.bindings
            if let label = step.focus { bindings = Binding(label, element, next: bindings) }
            if let label = step.index {
                bindings = Binding(label, .number(Double(place)), next: bindings)
            }
            if let label = step.ancestor { bindings = Binding(label, row.item, next: bindings) }
            let item = step.focus == nil ? element : row.item
            results.append(Row(item: item, bindings: bindings))
            place += 1
        }
    }

    private func stages(_ step: Step, _ rows: [Row], _ machine: inout Machine) throws -> [Row] {
        var rows = rows
        for stage in step.stages {
            switch stage {
            case .filter(let filter): rows = try filter.apply(to: rows, &machine)
            case .index(let label): number(&rows, label)
            }
        }
        return rows
    }

    private func number(_ rows: inout [Row], _ label: Int) {
        for place in rows.indices {
            rows[place].bindings = Binding(
                label, .number(Double(place)), next: rows[place].bindings)
        }
    }
}

extension Row {
    static func rows(of items: [Item], _ bindings: Binding?) -> [Row] {
        items.map { Row(item: $0, bindings: bindings) }
    }
}
