import JSON
import Journal

/// The columns that results have, and what is in them: found in one pass before they are written.
public struct ResultColumns {
    /// What a column of a Parquet file holds.
    enum Kind: String, Sendable {
        case none = "null"
        case boolean = "bool"
        case integer = "int64"
        case real = "double"
        case text = "string"
    }

    /// More would be no table: each holds memory, and an output whose names are data has one more
    /// with every item.
    static let most = 10_000

    /// The columns in order.
    public private(set) var all: [ResultColumn] = []
    private(set) var kinds: [Kind] = []
    /// Where the columns are in a line, if they were found there.
    private(set) var tree: ColumnTree?

    /// Columns that were chosen; what they hold is found out where that matters.
    public init(_ chosen: [ResultColumn], of source: ResultSource, findingKinds: Bool) throws {
        all = chosen
        kinds = chosen.map { _ in .none }
        guard findingKinds else { return }
        try source.forEachValue { line in
            for index in all.indices { note(all[index].value(in: line), at: index) }
        }
    }

    /// All columns: those that every line may have, then the members of outputs, one level after
    /// the other, in the order in which they first occur. An array is one column, of JSON.
    public init(of source: ResultSource, findingKinds: Bool) throws {
        all = ResultColumn.leading.map { ResultColumn(path: [$0]) }
        kinds = all.map { _ in .none }
        let tree = ColumnTree([])
        for member in ResultColumn.members {
            tree.add(member.utf8).column = ResultColumn.leading.firstIndex(of: member) ?? -1
        }
        try source.forEachLine { line in
            try ValueSpan.parsing(line) { try take($0, tree, findingKinds) }
        }
        sort(tree)
        self.tree = tree
    }

    /// Gives each value of a line its column, a new one where there is none yet.
    private mutating func take(
        _ value: ValueSpan, _ tree: ColumnTree, _ findingKinds: Bool
    ) throws {
        guard value.hasMembers else {
            if tree.column < 0 { tree.column = try addColumn(tree.path) }
            guard findingKinds else { return }
            let kind = Kind(value)
            if kind != kinds[tree.column] {
                kinds[tree.column] = kinds[tree.column].joined(with: kind)
            }
            return
        }
        try value.forEachMember { name, place, member in
            try take(member, tree.branch(name, at: place) ?? tree.add(name), findingKinds)
        }
    }

    private mutating func addColumn(_ path: [String]) throws -> Int {
        guard all.count < Self.most else {
            throw RunError(
                .system,
                "the outputs have more than \(Self.most) different fields, too many for "
                    + "a table; choose some with --columns")
        }
        all.append(ResultColumn(path: path))
        kinds.append(.none)
        return all.count - 1
    }

    /// Puts what lies below one name together, whatever item it was first met in.
    private mutating func sort(_ tree: ColumnTree) {
        let outputs = tree.columns.filter { $0 >= ResultColumn.leading.count }
        let order = Array(0..<ResultColumn.leading.count) + outputs
        all = order.map { all[$0] }
        kinds = order.map { kinds[$0] }
        var numbers = order
        for (new, old) in order.enumerated() { numbers[old] = new }
        tree.renumber(numbers)
    }

    private mutating func note(_ value: Value?, at index: Int) {
        guard let value else { return }
        kinds[index] = kinds[index].joined(with: Kind(value))
    }
}

extension ResultColumns.Kind {
    init(_ value: Value) {
        switch value {
        case .null: self = .none
        case .bool: self = .boolean
        case .number(let number): self = Self.kind(of: number)
        case .string, .array, .object: self = .text
        }
    }

    init(_ span: ValueSpan) {
        switch span.kind {
        case .null: self = .none
        case .boolean: self = .boolean
        case .string, .array, .object: self = .text
        case .number: self.init(span.value)
        }
    }

    /// An integer that has no room in 64 bits stays text, so that no digit is lost.
    private static func kind(of number: Number) -> Self {
        if Int(number.text) != nil { return .integer }
        let isInteger = number.text.allSatisfy { $0.isNumber || $0 == "-" }
        return isInteger ? .text : .real
    }

    func joined(with other: Self) -> Self {
        switch (self, other) {
        case (.none, let kind), (let kind, .none): kind
        case (.integer, .real), (.real, .integer): .real
        default: self == other ? self : .text
        }
    }
}
