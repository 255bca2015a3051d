import JSON

/// A predicate: an index, or a condition on each member.
struct Filter {
    /// Of a number literal: the index, counted from the end if negative.
    fileprivate let index: Double?
    private let condition: Node

    init(index: Double?, condition: Node) {
        self.index = index?.rounded(.down)
        self.condition = condition
    }

    /// What is left of the members of an array, or of any other value: a sequence that has not
    /// collapsed, or an array that was the member chosen.
    func apply(to input: Item, _ machine: inout Machine) throws -> Item {
        if let index { return choose(index, of: input) }
        var kept: [Item] = []
        kept.reserveCapacity(min(input.elementCount, 8))
        let count = input.isUndefined ? 1 : input.elementCount
        var position = 0
        try input.forEachElement { element in
            for _ in 0..<(try matches(element, at: position, of: count, &machine)) {
                kept.append(element)
            }
            position += 1
        }
        if input.isUndefined { return .undefined }
        try machine.charge(elements: kept.count)
        return .list(kept, ListInfo(flags: .sequence, depth: Item.depth(of: kept)))
    }

    /// The member of an array, or of any other value, at this index; undefined if there is none.
    fileprivate static func member(_ index: Double, of input: Item) -> Item {
        let count = input.elementCount
        let place = index < 0 ? Double(count) + index : index
        guard place >= 0, place < Double(count) else { return .undefined }
        return input.element(at: Int(place))
    }

    private func choose(_ index: Double, of input: Item) -> Item {
        if input.isUndefined { return .undefined }
        let element = Self.member(index, of: input)
        if element.isArray { return element }
        if element.isUndefined { return .list([], .sequence) }
        return .list([element], ListInfo(flags: .sequence, depth: element.depth &+ 1))
    }

    /// How often the predicate keeps this member: a number is an index, and so are those of an
    /// array of numbers, where one that occurs twice keeps its member twice.
    @inline(__always)
    private func matches(
        _ element: Item, at position: Int, of count: Int, _ machine: inout Machine
    ) throws -> Int {
        try machine.step()
        let result = try condition.evaluate(element, &machine)
        if case .bool(let bool) = result { return bool ? 1 : 0 }
        return try matches(result, position, count)
    }

    private func matches(_ result: Item, _ position: Int, _ count: Int) throws -> Int {
        if let number = try result.finiteNumber() {
            return Self.isIndex(number, position, count) ? 1 : 0
        }
        guard result.isArray else { return result.isTrue ? 1 : 0 }
        var matches = 0
        for element in Elements(result) {
            guard let number = element.double else { return result.isTrue ? 1 : 0 }
            if Self.isIndex(number, position, count) { matches += 1 }
        }
        return matches
    }

    private static func isIndex(_ number: Double, _ position: Int, _ count: Int) -> Bool {
        let index = number.rounded(.down)
        return (index < 0 ? Double(count) + index : index) == Double(position)
    }

    /// What is left of rows.
    func apply(to rows: [Row], _ machine: inout Machine) throws -> [Row] {
        if let index {
            let place = index < 0 ? Double(rows.count) + index : index
            guard place >= 0, place < Double(rows.count) else { return [] }
            return [rows[Int(place)]]
        }
        let outer = machine.bindings
        defer { machine.bindings = outer }
        var kept: [Row] = []
        for position in rows.indices {
            machine.bindings = rows[position].bindings
            let item = rows[position].item
            for _ in 0..<(try matches(item, at: position, of: rows.count, &machine)) {
                kept.append(rows[position])
            }
        }
        return kept
    }
}

/// An expression that is no path, with predicates behind it.
final class FilterNode: Node, @unchecked Sendable {
    private let source: Node
    private let filters: [Filter]
    private let keepsArray: Bool
    /// Of a single predicate that is an index.
    private let onlyIndex: Double?

    init(_ source: Node, _ filters: [Filter], keepsArray: Bool) {
        self.source = source
        self.filters = filters
        onlyIndex = filters.count == 1 && !keepsArray ? filters[0].index : nil
        self.keepsArray = keepsArray
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        if let onlyIndex {
            // The one member chosen needs no sequence around it.
            return Filter.member(onlyIndex, of: try source.evaluateRaw(input, &machine)).collapsed
        }
        return try evaluateRaw(input, &machine).keepingArray(keepsArray).collapsed
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        var result = try source.evaluateRaw(input, &machine)
        for index in filters.indices {
            result = try filters[index].apply(to: result, &machine)
        }
        return result
    }

    override var bindsRows: Bool { source.bindsRows }

    override func evaluateRows(_ input: Item, _ machine: inout Machine) throws -> [Row] {
        var rows = try source.evaluateRows(input, &machine)
        for filter in filters { rows = try filter.apply(to: rows, &machine) }
        return rows
    }
}

extension Item {
    /// A sequence that shall stay an array with one member, if asked for.
    @inline(__always)
    func keepingArray(_ keeps: Bool) -> Item {
        guard keeps, case .list(let items, var info) = self, info.flags.contains(.sequence) else {
            return self
        }
        info.flags.insert(.keepsSingleton)
        return .list(items, info)
    }
}
