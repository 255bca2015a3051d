import JSON
import StatesLanguage

/// Events as GetExecutionHistory shows them.
extension HistoryEvent {
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
        let fault = StateFault(error: self["error"]?.string, cause: self["cause"]?.string)
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
            case "error": members["error"] = fault.shortError.map(Value.string) ?? detail.value
            case "cause": members["cause"] = fault.shortCause.map(Value.string) ?? detail.value
            default: members[detail.key] = detail.value
            }
        }
        return members
    }
}
