/// Which resources of Task states AWS recognises.
enum TaskResource {
    /// How an integration may be called besides request and response.
    private struct Patterns: OptionSet {
        let rawValue: Int
        static let sync = Patterns(rawValue: 1)
        static let token = Patterns(rawValue: 2)
    }

    /// Services whose actions are few and known: action and patterns.
    private static let actions: [Substring: [Substring: Patterns]] = [
        "lambda": ["invoke": .token],
        "states": ["startExecution": [.sync, .token]],
        "sqs": ["sendMessage": .token],
        "sns": ["publish": .token],
        "dynamodb": ["getItem": [], "putItem": [], "updateItem": [], "deleteItem": []],
        "ecs": ["runTask": [.sync, .token]],
        "batch": ["submitJob": .sync],
        "glue": ["startJobRun": .sync],
        "databrew": ["startJobRun": .sync],
        "events": ["putEvents": .token],
        "apigateway": ["invoke": .token],
        "http": ["invoke": []],
    ]

    /// Services of which any action is taken.
    private static let services: Set<Substring> = [
        "athena", "bedrock", "codebuild", "eks", "elasticmapreduce", "emr-containers",
        "emr-serverless", "mediaconvert", "sagemaker",
    ]

    /// Whether the ARN is that of a function, an activity or an integration.
    static func isRecognised(_ arn: String) -> Bool {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 6, parts[0] == "arn", parts[1].hasPrefix("aws") else { return false }
        switch parts[2] {
        case "lambda": return parts[5] == "function" && parts.count >= 7 && !parts[6].isEmpty
        case "states" where parts[5] == "activity": return parts.count == 7 && !parts[6].isEmpty
        case "states": return isIntegration(parts[5...])
        default: return false
        }
    }

    /// Whether the ARN is that of an integration, which needs parameters.
    static func isIntegration(_ arn: String) -> Bool {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        return isRecognised(arn) && parts[2] == "states" && parts[5] != "activity"
    }

    private static func isIntegration(_ parts: ArraySlice<Substring>) -> Bool {
        guard let service = parts.first, parts.count >= 2 else { return false }
        var (action, patterns) = split(parts.dropFirst().joined(separator: ":"))
        if service == "aws-sdk" {
            return action.split(separator: ":").count == 2 && patterns?.isSubset(of: .token) == true
        }
        guard let known = actions[service] else { return services.contains(service) }
        // Version 2 of the pattern exists for nested executions alone.
        if action.hasSuffix(".sync:2"), service == "states" {
            (action, patterns) = (String(action.dropLast(7)), .sync)
        }
        guard let patterns, let allowed = known[action[...]] else { return false }
        return patterns.isSubset(of: allowed)
    }

    private static func split(_ action: String) -> (action: String, patterns: Patterns?) {
        for (suffix, patterns) in [(".waitForTaskToken", Patterns.token), (".sync", .sync)]
        where action.hasSuffix(suffix) {
            return (String(action.dropLast(suffix.count)), patterns)
        }
        return (action, [])
    }
}
