import JSON

/// What the Context object says of an execution, made only when a path asks for it.
public protocol ContextSource: AnyObject, Sendable {
    /// The member `Execution`.
    var execution: Value { get }
    /// The member `StateMachine`.
    var stateMachine: Value { get }
    /// The whole object, where it is not made but given, as in the test of a single state.
    var given: Value? { get }
}

extension ContextSource {
    /// Nothing: the object is made of its parts.
    public var given: Value? { nil }
}

/// The Context object: `$$` in JSONPath, `$states.context` in JSONata. Built only when asked for.
public struct ContextObject: Sendable {
    /// What is the same for all of an execution.
    public var source: any ContextSource
    /// The name of the state that runs.
    public var stateName: Key = ""
    /// When it was entered, in milliseconds since 1970.
    public var enteredTime = 0
    /// `State.RetryCount`, on states that can be retried.
    public var retryCount: Int?
    /// What the member `Map` tells of, while there is an item.
    public var item: MapItem?
    /// The token of a task that waits for one.
    public var taskToken: String?

    /// The context of an execution before its first state.
    public init(source: any ContextSource) { self.source = source }

    /// The member `Execution`.
    public var execution: Value { source.execution }
    /// The member `StateMachine`.
    public var stateMachine: Value { source.stateMachine }

    /// The whole object, members in AWS's order.
    public var value: Value { value(of: .all) }

    /// The object with only those members that somebody is going to read.
    func value(of wanted: ContextMembers) -> Value {
        if case .object(let given)? = source.given { return completed(given) }
        var members: [Member] = []
        if wanted.contains(.execution) { members.append(Member(Self.executionKey, execution)) }
        if wanted.contains(.stateMachine) {
            members.append(Member(Self.stateMachineKey, stateMachine))
        }
        if wanted.contains(.state) { members.append(Member(Self.stateKey, state)) }
        if let item, wanted.contains(.map) { members.append(Member(Self.mapKey, item.map)) }
        if let taskToken, wanted.contains(.task) {
            let task = Value.object([Member(Self.tokenKey, .string(taskToken))])
            members.append(Member(Self.taskKey, task))
        }
        return .object(members)
    }

    // Names are interned once: some expressions read the Context object for every item.
    private static let executionKey: Key = "Execution"
    private static let stateMachineKey: Key = "StateMachine"
    private static let stateKey: Key = "State"
    private static let mapKey: Key = "Map"
    private static let taskKey: Key = "Task"
    private static let tokenKey: Key = "Token"

    /// A given object with what the state adds itself.
    private func completed(_ given: ObjectValue) -> Value {
        var object = given
        if let item { object[Self.mapKey] = item.map }
        if let taskToken, object[Self.taskKey] == nil {
            object[Self.taskKey] = .object([Member(Self.tokenKey, .string(taskToken))])
        }
        return .object(object)
    }

    private var state: Value {
        var members = [
            Member("Name", .string(stateName.text)),
            Member("EnteredTime", .string(Timestamp(milliseconds: enteredTime).text)),
        ]
        if let retryCount { members.append(Member("RetryCount", .int(retryCount))) }
        return .object(members)
    }
}

/// Members of the Context object.
struct ContextMembers: OptionSet, Sendable {
    let rawValue: UInt8

    static let execution = ContextMembers(rawValue: 1)
    static let stateMachine = ContextMembers(rawValue: 2)
    static let state = ContextMembers(rawValue: 4)
    static let map = ContextMembers(rawValue: 8)
    static let task = ContextMembers(rawValue: 16)
    static let all: ContextMembers = [.execution, .stateMachine, .state, .map, .task]

    static let names: [String: ContextMembers] = [
        "Execution": .execution, "StateMachine": .stateMachine, "State": .state, "Map": .map,
        "Task": .task,
    ]
}
