import JSON
import Journal

/// The columns that results have, and what is in them: found in one pass before they are written.
public struct ResultColumns: Sendable {
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
    public init(of source: ResultSource) throws {
        all = ResultColumn.leading.map { ResultColumn(path: [$0]) }
        kinds = all.map { _ in .none }
        var tree = Branch()
        try source.forEachValue { line in
            for index in 0..<ResultColumn.leading.count {
                note(all[index].value(in: line), at: index)
            }
            if let output = line["output"] { try take(output, ["output"], &tree) }
        }
        sortOutputs(tree)
    }

    /// The names met so far below one name.
    private struct Branch {
        var column: Int?
        var order: [Key] = []
        var branches: [Key: Branch] = [:]
    }

    private mutating func take(
        _ value: Value, _ path: [String], _ branch: inout Branch
    ) throws {
        if case .object(let object) = value, !object.isEmpty {
            for member in object {
                if branch.branches[member.key] == nil {
                    branch.order.append(member.key)
                    branch.branches[member.key] = Branch()
                }
                try take(
                    member.value, path + [member.key.string],
                    &branch.branches[member.key, default: Branch()])
            }
            return
        }
        let column = try branch.column ?? addColumn(path)
        branch.column = column
        note(value, at: column)
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
    private mutating func sortOutputs(_ tree: Branch) {
        var order = Array(0..<ResultColumn.leading.count)
        func walk(_ branch: Branch) {
            if let column = branch.column { order.append(column) }
            for key in branch.order { branch.branches[key].map(walk) }
        }
        walk(tree)
        all = order.map { all[$0] }
        kinds = order.map { kinds[$0] }
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
