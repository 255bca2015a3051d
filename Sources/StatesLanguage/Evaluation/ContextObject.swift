import JSON

/// What the Context object says of an execution, made only when a path asks for it.
public protocol ContextSource: AnyObject, Sendable {
    /// The member `Execution`.
    var execution: Value { get }
    /// The member `StateMachine`.
    var stateMachine: Value { get }
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
    /// The member `Map`: `{"Item": {"Index", "Value", …}}` while there is an item.
    public var map: Value?
    /// The token of a task that waits for one.
    public var taskToken: String?

    /// The context of an execution before its first state.
    public init(source: any ContextSource) { self.source = source }

    /// The member `Execution`.
    public var execution: Value { source.execution }
    /// The member `StateMachine`.
    public var stateMachine: Value { source.stateMachine }

    /// The whole object, members in AWS's order.
    public var value: Value {
        var members = [
            Member("Execution", execution), Member("StateMachine", stateMachine),
            Member("State", state),
        ]
        if let map { members.append(Member("Map", map)) }
        if let taskToken {
            members.append(Member("Task", .object([Member("Token", .string(taskToken))])))
        }
        return .object(members)
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
