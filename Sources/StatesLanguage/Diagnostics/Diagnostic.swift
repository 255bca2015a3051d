import JSON

/// One problem of a definition: what is wrong, where, and what to write instead.
public struct Diagnostic: Sendable, Equatable {
    /// How bad a problem is.
    public enum Severity: String, Sendable {
        /// The definition cannot run; AWS refuses it too.
        case error = "ERROR"
        /// The definition runs, but probably not as meant, or not on AWS.
        case warning = "WARNING"
    }

    /// How bad it is.
    public var severity: Severity
    /// The kind of problem, by AWS's name.
    public var code: DiagnosticCode
    /// What is wrong, worded as AWS words it where that is known.
    public var message: String
    /// The place as AWS writes it, `/States/A/Choices[0]/Next`; nil where AWS gives none.
    public var location: String?
    /// The place as a JSON Pointer.
    public var pointer: JSONPointer
    /// The place as a byte offset in the text.
    public var offset: Int
    /// The place as line and column.
    public var position: Position
    /// What to do about it, where that can be told.
    public var suggestion: String?
    /// JSONata's own code of an error in an expression, such as `S0203`.
    public var expressionCode: String?

    /// The complaint as AWS joins it into the cause of a refusal.
    public var complaint: String {
        "\(code.rawValue): \(message) at \(location ?? "null")"
    }
}

extension [Diagnostic] {
    /// The cause with which CreateStateMachine refuses the definition; nil without errors.
    public var refusal: String? {
        let errors = filter { $0.severity == .error }
        guard !errors.isEmpty else { return nil }
        let complaints = errors.map(\.complaint).joined(separator: ", ")
        return "Invalid State Machine Definition: '\(complaints)'"
    }
}
