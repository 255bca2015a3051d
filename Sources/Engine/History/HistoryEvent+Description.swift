import JSON
import StatesLanguage

/// Events as GetExecutionHistory shows them.
extension HistoryEvent {
    /// AWS cuts longer error names and causes.
    private static let longestError = 256
    private static let longestCause = 32_768

    /// The types that have no details.
    private static let bareTypes: Set<String> = [
        "LambdaFunctionStarted", "ParallelStateStarted", "ParallelStateSucceeded",
        "ParallelStateFailed", "ParallelStateAborted", "MapStateSucceeded", "MapStateFailed",
        "MapStateAborted", "MapRunSucceeded", "MapRunAborted", "TaskStateAborted",
        "WaitStateAborted",
    ]

    /// The event as JSON; payloads are texts, as on AWS.
    public var description: Value {
        var event = ObjectValue()
        event["id"] = .int(id)
        event["previousEventId"] = .int(previousID)
        event["timestamp"] = .string(Timestamp(milliseconds: time).text)
        event["type"] = .string(type)
        if let name = detailsName { event[Key(name)] = .object(describedDetails) }
        return .object(event)
    }

    private var detailsName: String? {
        if Self.bareTypes.contains(type) { return nil }
        if type.hasSuffix("StateEntered") { return "stateEnteredEventDetails" }
        if type.hasSuffix("StateExited") { return "stateExitedEventDetails" }
        return type.prefix(1).lowercased() + type.dropFirst() + "EventDetails"
    }

    private var describedDetails: ObjectValue {
        var members = ObjectValue()
        for detail in details {
            switch detail.key.string {
            case "input", "output":
                members[detail.key] = .string(inputText ?? detail.value.serialized)
                members[Key(detail.key.string + "Details")] = ["truncated": false]
            case "parameters":
                members["region"] = "us-east-1"
                members["parameters"] = .string(detail.value.serialized)
            case "assigned":
                let variables = detail.value.object?.members ?? []
                members["assignedVariables"] = .object(
                    variables.map { Member($0.key, .string($0.value.serialized)) })
                members["assignedVariablesDetails"] = ["truncated": false]
            case "error": members["error"] = Self.cut(detail.value, Self.longestError)
            case "cause": members["cause"] = Self.cut(detail.value, Self.longestCause)
            default: members[detail.key] = detail.value
            }
        }
        return members
    }

    private static func cut(_ value: Value, _ length: Int) -> Value {
        value.string.map { .string(String($0.prefix(length))) } ?? value
    }
}
