import JSON

/// The parameters that an optimised integration takes.
package struct IntegrationParameters: Sendable {
    /// What a value must be; anything else has "an invalid format".
    private enum Form: Character {
        case text = "s"
        /// Names with lists of texts.
        case lists = "l"
    }

    private struct Parameter {
        var name: Key
        var isRequired: Bool
        /// Nil where AWS is not known to check it.
        var form: Form?
    }

    private let parameters: [Parameter]
    private let requiredCount: Int
    /// Whether others are taken too, because not all are known here.
    let isOpen: Bool

    /// All names, in the order of the table.
    var names: [String] { parameters.map(\.name.string) }
    var required: [String] { parameters.filter(\.isRequired).map(\.name.string) }

    /// Name by name what AWS documents and what the service's own API has: `!` behind the required
    /// ones, then the form where AWS is known to check it. `*` stands for any other.
    private static let table: [Substring: IntegrationParameters] = [
        "lambda:invoke":
            "FunctionName!:s Payload InvocationType:s Qualifier:s ClientContext:s LogType:s",
        "states:startExecution": "StateMachineArn! Input Name TraceHeader",
        "http:invoke":
            "ApiEndpoint! Method! Authentication InvocationConfig Headers QueryParameters "
            + "RequestBody Transform",
        "apigateway:invoke":
            "ApiEndpoint! Method! Headers:l Stage Path QueryParameters:l RequestBody "
            + "AllowNullValues AuthType",
        "sqs:sendMessage":
            "QueueUrl! MessageBody! DelaySeconds MessageAttribute MessageAttributes "
            + "MessageSystemAttributes MessageDeduplicationId MessageGroupId",
        "sns:publish":
            "Message! TopicArn TargetArn PhoneNumber Subject MessageStructure MessageAttributes "
            + "MessageDeduplicationId MessageGroupId",
        "ecs:runTask": "TaskDefinition! *",
        "glue:startJobRun": "JobName! *",
        "events:putEvents": "Entries! EndpointId",
        "dynamodb:getItem":
            "TableName! Key! AttributesToGet ConsistentRead ProjectionExpression \(names)",
        "dynamodb:putItem": "TableName! Item! \(condition)",
        "dynamodb:deleteItem": "TableName! Key! \(condition)",
        "dynamodb:updateItem": "TableName! Key! AttributeUpdates UpdateExpression \(condition)",
    ].mapValues(IntegrationParameters.init)

    private static let names = "ExpressionAttributeNames ReturnConsumedCapacity"
    private static let condition =
        "ConditionalOperator ConditionExpression Expected ExpressionAttributeValues "
        + "ReturnItemCollectionMetrics ReturnValues ReturnValuesOnConditionCheckFailure \(names)"

    private init(_ text: String) {
        let words = text.split(separator: " ")
        isOpen = words.contains("*")
        parameters = words.filter { $0 != "*" }.map { word in
            let parts = word.split(separator: ":")
            return Parameter(
                name: Key(parts[0].filter { $0 != "!" }), isRequired: parts[0].hasSuffix("!"),
                form: parts.dropFirst().first?.first.flatMap(Form.init))
        }
        requiredCount = parameters.count(where: \.isRequired)
    }

    /// Those of a resource; nil where any are taken.
    package init?(of resource: String) {
        let parts = resource.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[2] == "states", let action = parts.last,
            let found = Self.table[action.prefix { $0 != "." }]
        else { return nil }
        self = found
    }

    /// Refuses parameters that AWS would not send to the service.
    package func check(_ value: Value) throws(StateFault) {
        if isFine(value) { return }
        throw .runtime(
            "The Parameters '\(value.serialized)' could not be used to start the Task: ["
                + problems(of: value).joined(separator: ", ") + "]")
    }

    /// Looks once at each member: this is done for every call.
    private func isFine(_ value: Value) -> Bool {
        guard let object = value.object else { return false }
        var missing = requiredCount
        for member in object {
            guard let parameter = parameters.first(where: { $0.name == member.key }) else {
                guard isOpen else { return false }
                continue
            }
            if member.value.isNull { continue }
            if let form = parameter.form, !Self.hasForm(form, member.value) { return false }
            if parameter.isRequired { missing -= 1 }
        }
        return missing == 0
    }

    private func problems(of value: Value) -> [String] {
        func isGiven(_ parameter: Parameter) -> Bool {
            value[parameter.name].map { !$0.isNull } ?? false
        }
        let known = names
        let missing = parameters.filter { $0.isRequired && !isGiven($0) }
        let surplus =
            isOpen ? [] : value.object?.keys.map(\.string).filter { !known.contains($0) } ?? []
        let wrong = parameters.filter { parameter in
            guard let form = parameter.form, isGiven(parameter) else { return false }
            return value[parameter.name].map { !Self.hasForm(form, $0) } ?? false
        }
        return missing.map { Self.missing($0.name.string) } + surplus.map(Self.surplus)
            + wrong.map { "The value of the field '\($0.name)' has an invalid format" }
    }

    static func missing(_ name: String) -> String {
        "The field '\(name)' is required but was missing"
    }

    static func surplus(_ name: String) -> String {
        "The field \"\(name)\" is not supported by Step Functions"
    }

    private static func hasForm(_ form: Form, _ value: Value) -> Bool {
        switch form {
        case .text: value.kind == .string
        case .lists:
            value.object?.allSatisfy {
                $0.value.array?.allSatisfy { $0.kind == .string } ?? false
            } ?? false
        }
    }
}
