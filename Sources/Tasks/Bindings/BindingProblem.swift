import JSON

/// One thing that is wrong with the bindings: where, what, and what to write instead.
public struct BindingProblem: Sendable, Equatable, CustomStringConvertible {
    /// The file, or nil for what stands in no file.
    public var file: String?
    /// Line and column, where known.
    public var position: Position?
    /// What is wrong.
    public var message: String

    public var description: String {
        let place = position.map { ":\($0)" } ?? ""
        return file.map { "\($0)\(place): \(message)" } ?? message
    }
}

/// Everything that is wrong with a file of bindings.
public struct BindingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The problems, in the order of the file.
    public var problems: [BindingProblem]

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
