import JSON

/// The parameters that an optimised integration takes.
package struct IntegrationParameters: Sendable {
    /// What a value must be; anything else has "an invalid format".
    private enum Form: Character {
        case text = "s"
        /// Names with lists of texts.
        case lists = "l"
    }

    /// All names, in the order of the table.
    let names: [Key]
    let required: [Key]
    private let forms: [(name: Key, form: Form)]

    /// Name by name what AWS documents and what the service's own API has: `!` behind the required
    /// ones, then the form where AWS is known to check it.
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
        let parts = text.split(separator: " ").map { $0.split(separator: ":") }
        names = parts.map { Key($0[0].filter { $0 != "!" }) }
        required = zip(names, parts).compactMap { $1[0].hasSuffix("!") ? $0 : nil }
        forms = zip(names, parts).compactMap { name, part in
            guard part.count == 2, let form = part[1].first.flatMap(Form.init) else { return nil }
            return (name, form)
        }
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
    package func check(_ parameters: Value) throws(StateFault) {
        let problems = problems(of: parameters)
        guard !problems.isEmpty else { return }
        throw .runtime(
            "The Parameters '\(parameters.serialized)' could not be used to start the Task: ["
                + problems.joined(separator: ", ") + "]")
    }

    private func problems(of parameters: Value) -> [String] {
        let members = parameters.object
        let missing = required.filter { members?[$0]?.isNull ?? true }
        let surplus = members?.keys.filter { !names.contains($0) } ?? []
        let wrong = forms.filter { name, form in
            guard let value = members?[name], !value.isNull else { return false }
            return !Self.hasForm(form, value)
        }
        return missing.map { Self.missing($0.string) } + surplus.map { Self.surplus($0.string) }
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
