import JSON

/// A state machine, decoded and compiled: states in an array, transitions as indices.
public struct StateMachine: Sendable {
    /// The top-level workflow.
    public let workflow: Workflow
    /// The definition's text as it was read.
    public let text: String

    /// The variables that the fields of each state mention, sorted; states without any are left
    /// out: what DescribeStateMachine calls `variableReferences`.
    public let variableReferences: [String: [String]]

    /// A machine of these parts.
    public init(
        workflow: Workflow, text: String, variableReferences: [String: [String]] = [:]
    ) {
        self.workflow = workflow
        self.text = text
        self.variableReferences = variableReferences
    }
}

/// The states of a machine, a branch or an item processor, and where they begin.
public struct Workflow: Sendable {
    /// The states in the order of the definition.
    public let states: [State]
    /// The index of the state to begin with.
    public let startAt: Int
    /// The longest duration of an execution in seconds; top level only.
    public let timeoutSeconds: Int?
    /// What states use that do not say otherwise.
    public let queryLanguage: QueryLanguage
    /// The comment.
    public let comment: String?

    /// A workflow of these parts; `startAt` and all transitions must be valid indices.
    public init(
        states: [State], startAt: Int, timeoutSeconds: Int? = nil,
        queryLanguage: QueryLanguage = .jsonPath, comment: String? = nil
    ) {
        self.states = states
        self.startAt = startAt
        self.timeoutSeconds = timeoutSeconds
        self.queryLanguage = queryLanguage
        self.comment = comment
    }

    /// Whether an execution of it never suspends: no Task, Wait, distributed Map or Retry in it.
    public var neverWaits: Bool { states.allSatisfy(\.neverWaits) }
}

/// Where a state goes.
public enum Transition: Sendable, Equatable {
    case next(Int)
    case end
}
