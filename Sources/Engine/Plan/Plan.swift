import JSON
import StatesLanguage

/// A workflow made ready to run: shared by all executions, never changed.
///
/// States are objects so that a running workflow holds one pointer, not a copy of the fields.
public final class Plan: @unchecked Sendable {
    // Proof: everything is set in the initialiser.
    let states: [PlannedState]
    /// The same states, for whoever keeps the plan.
    let uncounted: UnsafeBufferPointer<Uncounted<PlannedState>>
    let startAt: Int
    /// The longest duration of an execution in seconds.
    let timeoutSeconds: Int?
    /// Whether executions always run to their end without suspending.
    public let neverWaits: Bool

    /// Makes a workflow and everything nested in it ready to run.
    public init(_ workflow: Workflow) {
        states = workflow.states.map { PlannedState($0, in: workflow) }
        uncounted = Self.uncounted(states)
        startAt = workflow.startAt
        timeoutSeconds = workflow.timeoutSeconds
        neverWaits = workflow.neverWaits
    }

    /// The same states in an object of its own.
    init(copying other: Plan) {
        states = other.states
        uncounted = Self.uncounted(states)
        startAt = other.startAt
        timeoutSeconds = other.timeoutSeconds
        neverWaits = other.neverWaits
    }

    deinit { uncounted.deallocate() }

    private static func uncounted(
        _ states: [PlannedState]
    ) -> UnsafeBufferPointer<Uncounted<PlannedState>> {
        let place = UnsafeMutableBufferPointer<Uncounted<PlannedState>>
            .allocate(capacity: states.count)
        _ = place.initialize(from: states.map { Uncounted($0) })
        return UnsafeBufferPointer(place)
    }

    /// Whether executions, or what is nested in them, run distributed Maps.
    var hasMapRuns: Bool {
        states.contains { planned in
            if case .map(let map) = planned.state.action, map.distribution != nil { return true }
            return planned.children.contains(where: \.hasMapRuns)
        }
    }

    /// The names and definitions of all Task resources in the plan and everything nested in it.
    public var resources: [(state: String, resource: String)] {
        states.flatMap { planned -> [(state: String, resource: String)] in
            var found = planned.children.flatMap(\.resources)
            if case .task(let task) = planned.state.action {
                found.append((planned.state.name.string, task.resource))
            }
            return found
        }
    }
}

/// One state of a plan with what can be known about it before it runs.
final class PlannedState: Sendable {
    let state: State
    /// Branches of a Parallel, or the one processor of a Map.
    let children: [Plan]
    /// How the history names what a Task does.
    let service: TaskService
    let events: StateEventNames
    let canRetry: Bool
    /// The fields of a Choice, without counting references to them at each visit.
    let choice: Uncounted<ChoiceAction>?
    /// `Parameters` or `Arguments`; `state` keeps it.
    let parameters: Template.Kept?
    /// Whether there is neither `Assign` nor `Output`.
    let passesOn: Bool
    /// Whether it is a Pass state without a result of its own.
    let isPlainPass: Bool

    /// What makes the workflow's whole output where the state is the last to have a say in it;
    /// `state` keeps it.
    let finalTemplate: Template.Kept?

    init(_ state: State, in workflow: Workflow) {
        self.state = state
        finalTemplate = workflow.finalTemplate(of: state)?.kept
        switch state.action {
        case .parallel(let branches): children = branches.map(Plan.init)
        case .map(let map): children = [Plan(map.processor)]
        default: children = []
        }
        if case .task(let task) = state.action {
            service = TaskService(resource: task.resource)
        } else {
            service = TaskService(resource: "")
        }
        parameters = state.parameters?.kept
        passesOn = state.assign.isEmpty && state.output == nil
        events = StateEventNames(type: state.typeName)
        if case .choice(let action) = state.action {
            choice = Uncounted(action)
        } else {
            choice = nil
        }
        if case .pass(result: .none) = state.action {
            isPlainPass = true
        } else {
            isPlainPass = false
        }
        switch state.action {
        case .task, .map, .parallel: canRetry = true
        default: canRetry = false
        }
    }
}

/// The service that a Task's resource names, and how it is called.
struct TaskService: Sendable {
    enum Kind: Sendable { case lambda, activity, integration }

    let kind: Kind
    /// `lambda` of `arn:aws:states:::lambda:invoke`; `aws-sdk:s3` of the generic ones.
    let resourceType: String
    /// `invoke`, or `sendMessage.waitForTaskToken`.
    let resource: String
    /// Whether the task ends only when somebody sends its token back.
    let waitsForToken: Bool
    /// Whether work is handed over first and its end awaited: `.sync` or a token.
    let submits: Bool
    /// What the service takes as parameters, where that is known.
    let parameters: IntegrationParameters?

    init(resource arn: String) {
        parameters = IntegrationParameters(of: arn)
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        waitsForToken = arn.hasSuffix(".waitForTaskToken")
        submits = waitsForToken || arn.contains(".sync")
        if parts.count > 5, parts[2] == "lambda" {
            (kind, resourceType, resource) = (.lambda, "lambda", arn)
        } else if parts.count > 5, parts[2] == "states", parts[5] == "activity" {
            (kind, resourceType, resource) = (.activity, "activity", arn)
        } else if parts.count > 6, parts[5] == "aws-sdk" {
            kind = .integration
            resourceType = "aws-sdk:" + parts[6]
            resource = parts.dropFirst(7).joined(separator: ":")
        } else if parts.count > 6 {
            kind = .integration
            resourceType = parts[5]
            resource = parts.dropFirst(6).joined(separator: ":")
        } else {
            (kind, resourceType, resource) = (.integration, "", arn)
        }
    }

    /// How AWS calls the task where its result is too large.
    var payloadName: String {
        resourceType == "lambda" && kind == .lambda ? resource : resourceType
    }
}
