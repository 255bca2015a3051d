import JSON

/// A column of a listing of results: a name, a dotted path, or a JSON Pointer.
///
/// `index`, `output.child.age` and `/output/child/age` are columns; a name that has a dot in it can
/// be said with a pointer only.
public struct ResultColumn: Sendable, Equatable {
    /// What the column is called: as it was asked for.
    public let name: String
    private let keys: [Key]
    private let pointer: JSONPointer

    /// The members that a line of results has.
    public static let members = [
        "index", "status", "output", "error", "cause", "state", "attempts",
    ]
    /// The columns before those of the output.
    static let leading = ["index", "status", "error", "cause", "state", "attempts"]

    /// A column that a user names; nil if no line of results has such a member.
    public init?(_ text: String) {
        guard let pointer = Self.pointer(text), let first = pointer.steps.first,
            Self.members.contains(first)
        else { return nil }
        self.init(name: text, pointer: pointer)
    }

    /// The column of a path of names.
    init(path: [String]) {
        self.init(name: path.joined(separator: "."), pointer: JSONPointer(path))
    }

    private init(name: String, pointer: JSONPointer) {
        self.name = name
        self.pointer = pointer
        keys = pointer.steps.map { Key($0) }
    }

    private static func pointer(_ text: String) -> JSONPointer? {
        if text.hasPrefix("/") { return JSONPointer(parsing: text) }
        let steps = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return steps.contains("") ? nil : JSONPointer(steps)
    }

    /// The column's value in a line; nil where it has none.
    func value(in line: Value) -> Value? {
        var value = line
        for (index, key) in keys.enumerated() {
            if case .array = value {
                return JSONPointer(Array(pointer.steps[index...])).resolve(in: value)
            }
            guard let next = value[key] else { return nil }
            value = next
        }
        return value
    }

    public static func == (left: ResultColumn, right: ResultColumn) -> Bool {
        left.name == right.name
    }
}
