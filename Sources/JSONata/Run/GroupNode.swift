import JSON

/// `e{k: v}`, and `{k: v}` over the context: one member per different key.
final class GroupNode: Node, @unchecked Sendable {
    struct Pair {
        var key: Node
        var value: Node
        var offset: Int
    }

    private let source: Node?
    private let pairs: [Pair]
    private let keepsArray: Bool

    /// A group over the results of `source`, or over the context if there is none.
    init(_ source: Node?, _ pairs: [Pair], keepsArray: Bool = false) {
        self.source = source
        self.pairs = pairs
        self.keepsArray = keepsArray
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        guard let source else { return try group(input, &machine) }
        if source.bindsRows {
            return try group(try source.evaluateRows(input, &machine), &machine)
        }
        return try group(try source.evaluateRaw(input, &machine), &machine)
    }

    private struct Entry {
        var key: Key
        var pair: Int
        var items: Grouped
    }

    /// Items of a group: the first alone stands for itself.
    private enum Grouped {
        case one(Item)
        case many([Item])

        mutating func add(_ item: Item) {
            var all: [Item]
            switch self {
            case .one(let first): all = first.elements
            case .many(let items): all = items
            }
            self = .many([])
            if item.isArray {
                all.append(contentsOf: item.elements)
            } else {
                all.append(item)
            }
            self = .many(all)
        }

        var context: Item {
            switch self {
            case .one(let item): item
            case .many(let items): .plain(items)
            }
        }
    }

    private func group(_ input: Item, _ machine: inout Machine) throws -> Item {
        var entries: [Entry] = []
        var places = KeyPlaces()
        let isEmpty = input.isArray && input.elementCount == 0
        try (isEmpty ? .undefined : input).forEachElement { item in
            for pair in pairs.indices {
                guard let key = try key(of: pair, item, &machine) else { continue }
                if let place = places.find(key) {
                    try check(entries[place].pair, pair, key)
                    entries[place].items.add(item)
                } else {
                    places.add(key)
                    entries.append(Entry(key: key, pair: pair, items: .one(item)))
                }
            }
        }
        var values: [Item] = []
        values.reserveCapacity(entries.count)
        for entry in entries {
            values.append(try pairs[entry.pair].value.evaluate(entry.items.context, &machine))
        }
        return try finish(entries.map(\.key), values, &machine)
    }

    private func key(of pair: Int, _ item: Item, _ machine: inout Machine) throws -> Key? {
        try machine.step()
        let key = try pairs[pair].key.evaluate(item, &machine)
        switch key {
        case .undefined: return nil
        case .text(let text): return text.withUTF8 { Key(utf8: $0) }
        default: throw JSONataError("T1003", at: pairs[pair].offset, value: key.shown)
        }
    }

    private func check(_ known: Int, _ pair: Int, _ key: Key) throws {
        guard known == pair else {
            throw JSONataError("D1009", at: pairs[pair].offset, value: .string(key.text))
        }
    }

    private func finish(
        _ keys: [Key], _ values: [Item], _ machine: inout Machine
    ) throws -> Item {
        try machine.charge(elements: 2 * keys.count)
        let kept = values.indices.filter { !values[$0].isUndefined }
        let record =
            kept.count == values.count
            ? Record(Shape(keys), values)
            : Record(Shape(kept.map { keys[$0] }), kept.map { values[$0] })
        return try machine.nested(.record(record))
    }
}

extension GroupNode {
    /// Groups rows: the values of a key see each binding as the array of its values.
    private func group(_ rows: [Row], _ machine: inout Machine) throws -> Item {
        let outer = machine.bindings
        defer { machine.bindings = outer }
        var groups: [(key: Key, pair: Int, rows: [Row])] = []
        var places = KeyPlaces()
        for row in rows.isEmpty ? [Row(item: .undefined, bindings: outer)] : rows {
            machine.bindings = row.bindings
            for pair in pairs.indices {
                guard let key = try key(of: pair, row.item, &machine) else { continue }
                if let place = places.find(key) {
                    try check(groups[place].pair, pair, key)
                    groups[place].rows.append(row)
                } else {
                    places.add(key)
                    groups.append((key, pair, [row]))
                }
            }
        }
        var values: [Item] = []
        for group in groups {
            let merged = merge(group.rows, until: outer)
            machine.bindings = merged.bindings
            values.append(try pairs[group.pair].value.evaluate(merged.item, &machine))
        }
        return try finish(groups.map(\.key), values, &machine)
    }

    private func merge(_ rows: [Row], until outer: Binding?) -> Row {
        guard rows.count > 1, let first = rows.first else {
            return rows.first ?? Row(item: .undefined, bindings: outer)
        }
        var bindings = outer
        for label in labels(of: first, until: outer).reversed() {
            let values = rows.map { value(of: label, in: $0) }
            bindings = Binding(label, appended(values), next: bindings)
        }
        return Row(item: appended(rows.map(\.item)), bindings: bindings)
    }

    private func appended(_ items: [Item]) -> Item {
        .plain(items.flatMap(\.elements))
    }

    private func labels(of row: Row, until outer: Binding?) -> [Int] {
        var labels: [Int] = []
        var binding = row.bindings
        while let found = binding, found !== outer {
            if !labels.contains(found.label) { labels.append(found.label) }
            binding = found.next
        }
        return labels
    }

    private func value(of label: Int, in row: Row) -> Item {
        var binding = row.bindings
        while let found = binding {
            if found.label == label { return found.value }
            binding = found.next
        }
        return .undefined
    }
}

/// Where the entry of a key is: by search while there are few, then by hash.
private struct KeyPlaces {
    private var keys: [Key] = []
    private var index: [Key: Int] = [:]

    func find(_ key: Key) -> Int? {
        index.isEmpty ? keys.firstIndex(of: key) : index[key]
    }

    mutating func add(_ key: Key) {
        keys.append(key)
        if keys.count > 16 {
            if index.isEmpty { for (place, key) in keys.enumerated() { index[key] = place } }
            index[key] = keys.count - 1
        }
    }
}
