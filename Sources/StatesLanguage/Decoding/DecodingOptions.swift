/// What the decoder should know that a definition does not say.
public struct DecodingOptions: Sendable {
    /// How a machine is executed.
    public enum MachineType: String, Sendable {
        case standard = "STANDARD"
        case express = "EXPRESS"
    }

    /// The machine's type; EXPRESS forbids what such executions cannot do.
    public var machineType: MachineType
    /// Variables that exist before the first state, as a test of a single state may give them.
    public var knownVariables: Set<String>
    /// Whether the definition is one state alone, whose transitions lead to states unknown.
    var isSingleState = false

    /// Options.
    public init(machineType: MachineType = .standard, knownVariables: Set<String> = []) {
        self.machineType = machineType
        self.knownVariables = knownVariables
    }
}

/// What came of reading a definition.
public struct DecodingResult: Sendable {
    /// The compiled machine; nil if there are errors.
    public let machine: StateMachine?
    /// All problems, errors and warnings, in the order in which AWS lists them.
    public let diagnostics: [Diagnostic]

    /// The problems that keep the definition from running.
    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}
