import JSON
import JSONPath

/// One state: the fields that all types share, and those of its own type.
public struct State: Sendable {
    /// The name.
    public var name: Key
    /// What it does, with the fields of its type.
    public var action: Action
    /// The language of its fields.
    public var queryLanguage: QueryLanguage
    /// The comment.
    public var comment: String?
    /// `InputPath`.
    public var inputPath = PathSelection.whole
    /// `OutputPath`.
    public var outputPath = PathSelection.whole
    /// `Parameters` (Pass, Task, Parallel) or `Arguments`.
    public var parameters: Template?
    /// `ResultSelector`.
    public var resultSelector: Template?
    /// `ResultPath`.
    public var resultPath = ResultPlace.replace
    /// `Assign`, in the order of the definition.
    public var assign: [TemplateMember] = []
    /// `Output` (JSONata).
    public var output: Template?
    /// `Next` or `End`; not used by Choice, Succeed and Fail.
    public var transition = Transition.end
    /// `Retry`.
    public var retriers: [Retrier] = []
    /// `Catch`.
    public var catchers: [Catcher] = []

    /// A state with the defaults of every common field.
    public init(name: Key, action: Action, queryLanguage: QueryLanguage) {
        self.name = name
        self.action = action
        self.queryLanguage = queryLanguage
    }

    /// What a state does. Indirect, because it is looked at on each visit and would be copied.
    public indirect enum Action: Sendable {
        /// `Result`, literally, if given.
        case pass(result: Value?)
        case task(TaskAction)
        case choice(ChoiceAction)
        case wait(WaitAction)
        case succeed
        /// `Error`/`ErrorPath` and `Cause`/`CausePath`.
        case fail(error: Setting?, cause: Setting?)
        case parallel([Workflow])
        case map(MapAction)
    }

    /// The type's name in the States Language.
    public var typeName: String {
        switch action {
        case .pass: "Pass"
        case .task: "Task"
        case .choice: "Choice"
        case .wait: "Wait"
        case .succeed: "Succeed"
        case .fail: "Fail"
        case .parallel: "Parallel"
        case .map: "Map"
        }
    }

    /// Whether anyone sees the state's result: one of its fields, or what comes after it.
    public var usesResult: Bool {
        switch queryLanguage {
        case .jsonPath:
            guard case .discard = resultPath else { return true }
            return resultSelector != nil || !assign.isEmpty
        case .jsonata:
            guard let output else { return true }
            return output.node.readsResult || assign.contains { $0.value.node.readsResult }
        }
    }

    /// Whether it runs to its end without waiting for anything outside.
    public var neverWaits: Bool {
        guard retriers.isEmpty else { return false }
        switch action {
        case .task, .wait: return false
        case .pass, .choice, .succeed, .fail: return true
        case .parallel(let branches): return branches.allSatisfy(\.neverWaits)
        case .map(let map): return map.distribution == nil && map.processor.neverWaits
        }
    }
}

/// `InputPath` or `OutputPath`.
public enum PathSelection: Sendable {
    /// Absent or `$`.
    case whole
    /// `null`: the empty object.
    case empty
    case path(ValuePath)
}

/// `ResultPath`.
public enum ResultPlace: Sendable {
    /// Absent or `$`: the result replaces the input.
    case replace
    /// `null`: the input passes on.
    case discard
    case path(ReferencePath)
}

/// The fields of a Task state.
public struct TaskAction: Sendable {
    /// `Resource`, literally.
    public var resource: String
    /// `TimeoutSeconds` or `TimeoutSecondsPath`.
    public var timeoutSeconds: Setting?
    /// `HeartbeatSeconds` or `HeartbeatSecondsPath`.
    public var heartbeatSeconds: Setting?
    /// `Credentials`.
    public var credentials: Template?

    /// A task on this resource.
    public init(resource: String) { self.resource = resource }
}

/// The fields of a Wait state: exactly one of them.
public enum WaitAction: Sendable {
    case seconds(Setting)
    case timestamp(Setting)
}

/// The fields of a Choice state.
public final class ChoiceAction: Sendable {
    /// One of `Choices`.
    public struct Rule: Sendable {
        /// When the rule matches.
        public let condition: Condition
        /// The index of the state to go to.
        public let next: Int
        /// `Assign` of the rule.
        public let assign: [TemplateMember]
        /// `Output` of the rule (JSONata).
        public let output: Template?

        /// A rule of these parts.
        public init(
            condition: Condition, next: Int, assign: [TemplateMember] = [],
            output: Template? = nil
        ) {
            self.condition = condition
            self.next = next
            self.assign = assign
            self.output = output
        }
    }

    /// `Choices` in order.
    public let rules: [Rule]
    /// The index of the `Default` state.
    public let defaultNext: Int?
    /// The conditions of the rules.
    let conditions: [Uncounted<ConditionNode>]
    /// The states to go to after rules that have nothing else to them; nil for other rules.
    package let plainNexts: [Int?]

    /// A choice of these parts.
    public init(rules: [Rule], defaultNext: Int?) {
        self.rules = rules
        self.defaultNext = defaultNext
        conditions = rules.map { Uncounted($0.condition.node) }
        plainNexts = rules.map { $0.assign.isEmpty && $0.output == nil ? $0.next : nil }
    }
}

/// One of `Retry`.
public struct Retrier: Sendable {
    /// `ErrorEquals`.
    public var errorEquals: [String]
    /// `IntervalSeconds`.
    public var intervalSeconds = 1
    /// `MaxAttempts`: retries, not attempts.
    public var maxAttempts = 3
    /// `BackoffRate`.
    public var backoffRate = 2.0
    /// `MaxDelaySeconds`.
    public var maxDelaySeconds: Int?
    /// Whether `JitterStrategy` is `FULL`.
    public var hasFullJitter = false

    /// A retrier with AWS's defaults.
    public init(errorEquals: [String]) { self.errorEquals = errorEquals }
}

/// One of `Catch`.
public struct Catcher: Sendable {
    /// `ErrorEquals`.
    public var errorEquals: [String]
    /// The index of the state to go to.
    public var next: Int
    /// `ResultPath`.
    public var resultPath = ResultPlace.replace
    /// `Assign`.
    public var assign: [TemplateMember] = []
    /// `Output` (JSONata).
    public var output: Template?

    /// A catcher with the defaults of the other fields.
    public init(errorEquals: [String], next: Int) {
        self.errorEquals = errorEquals
        self.next = next
    }
}
