import JSON

/// Failures counted by what they have in common.
public struct FailureGroups: Sendable {
    /// What failures are grouped by.
    public enum Criterion: String, Sendable, CaseIterable {
        case error, state
    }

    /// One group.
    public struct Group: Sendable, Equatable {
        /// The error's or the state's name; nil where failures have none.
        public var name: String?
        /// How many items are in it.
        public var count: Int
        /// The first of them.
        public var firstIndex: Int
        /// The first one's cause.
        public var cause: String?
    }

    private let criterion: Criterion
    private var groups: [Text?: Group] = [:]

    /// No failures.
    public init(by criterion: Criterion) { self.criterion = criterion }

    /// Takes in a line of `failures.jsonl`.
    public mutating func add(_ failure: Value) {
        let name = failure[criterion == .error ? "error" : "state"]?.text
        if groups[name] != nil {
            groups[name]?.count += 1
            return
        }
        groups[name?.detached] = Group(
            name: name?.string, count: 1, firstIndex: failure["index"]?.number?.int ?? 0,
            cause: failure["cause"]?.string)
    }

    /// The groups, largest first.
    public var sorted: [Group] {
        groups.values.sorted { ($1.count, $0.firstIndex) < ($0.count, $1.firstIndex) }
    }

    /// The groups as objects of a listing.
    public var values: [Value] {
        sorted.map { group in
            [
                Key(criterion.rawValue): group.name.map(Value.string) ?? .null,
                "count": .int(group.count), "firstIndex": .int(group.firstIndex),
                "firstCause": group.cause.map(Value.string) ?? .null,
            ]
        }
    }

    /// The groups as CSV.
    public var csv: String {
        var buffer = ByteBuffer()
        for row in [
            ["\(criterion.rawValue)", "count", "firstIndex", "firstCause"].map { Text($0) }
        ]
            + sorted.map({
                [
                    Text($0.name ?? ""), Text("\($0.count)"), Text("\($0.firstIndex)"),
                    Text($0.cause ?? ""),
                ]
            })
        {
            for (number, field) in row.enumerated() {
                if number > 0 { buffer.append(0x2C) }
                CSVField.write(field, to: &buffer)
            }
            buffer.append(0x0A)
        }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    /// The groups as a table.
    public var lines: [String] {
        var table = Table([
            .init("items", isNumber: true), .init(criterion.rawValue),
            .init("first item", isNumber: true), "its cause",
        ])
        for group in sorted {
            table.add([
                Quantity.grouped(group.count), group.name ?? "-", String(group.firstIndex),
                (group.cause ?? "").excerpt,
            ])
        }
        return table.lines
    }
}

extension String {
    /// The beginning, on one line.
    var excerpt: String {
        let line = split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count <= 100 ? line : line.prefix(99) + "…"
    }
}
