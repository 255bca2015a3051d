/// One thing that is wrong with the bindings: where, what, and what to write instead.
public struct BindingProblem: Sendable, Equatable, CustomStringConvertible {
    /// The file, or nil for what stands in no file.
    public var file: String?
    /// Line and column from 1, where known.
    public var position: (line: Int, column: Int)?
    /// What is wrong.
    public var message: String

    public var description: String {
        let place = position.map { ":\($0.line):\($0.column)" } ?? ""
        return file.map { "\($0)\(place): \(message)" } ?? message
    }

    public static func == (left: BindingProblem, right: BindingProblem) -> Bool {
        left.description == right.description
    }
}

/// Everything that is wrong with a file of bindings.
public struct BindingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The problems, in the order of the file.
    public var problems: [BindingProblem]

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
