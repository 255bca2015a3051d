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
        "bedrockagentcore": ["invokeHarness": []],
        "http": ["invoke": []],
    ]

    /// Services of which any action is taken, with their patterns.
    private static let services: [Substring: Patterns] = [
        "athena": .sync, "bedrock": [.sync, .token], "codebuild": .sync, "eks": [.sync, .token],
        "elasticmapreduce": .sync, "emr-containers": .sync, "emr-serverless": .sync,
        "mediaconvert": .sync, "sagemaker": .sync,
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

    /// Whether the ARN is that of an activity.
    static func isActivity(_ arn: String) -> Bool {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 5 && parts[2] == "states" && parts[5] == "activity"
    }

    /// Whether the ARN is that of an integration, which needs parameters.
    static func isIntegration(_ arn: String) -> Bool {
        isRecognised(arn) && arn.split(separator: ":")[2] == "states" && !isActivity(arn)
    }

    private static func isIntegration(_ parts: ArraySlice<Substring>) -> Bool {
        guard let service = parts.first, parts.count >= 2 else { return false }
        var (action, patterns) = split(parts.dropFirst().joined(separator: ":"))
        if service == "aws-sdk" {
            return isCallOfSDK(action) && patterns?.isSubset(of: .token) == true
        }
        if let allowed = services[service] {
            return !action.contains { ".:".contains($0) } && patterns?.isSubset(of: allowed) == true
        }
        // Version 2 of the pattern exists for nested executions alone.
        if action.hasSuffix(".sync:2"), service == "states" {
            (action, patterns) = (String(action.dropLast(7)), .sync)
        }
        guard let patterns, let allowed = actions[service]?[action[...]] else { return false }
        return patterns.isSubset(of: allowed)
    }

    /// Services are written in small letters without blanks or hyphens, actions as `getObject`.
    private static func isCallOfSDK(_ call: String) -> Bool {
        let parts = call.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[1].first else { return false }
        let isService = parts[0].allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) }
        return isService && !parts[0].isEmpty && first.isASCII && first.isLowercase
    }

    /// The same resource in the case that AWS wants; nil if that is none either.
    static func inTheRightCase(_ arn: String) -> String? {
        var parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 8, parts[5].lowercased() == "aws-sdk" else { return nil }
        parts[5] = "aws-sdk"
        parts[6] = parts[6].lowercased().filter { $0.isLetter || $0.isNumber }
        parts[7] = parts[7].prefix(1).lowercased() + parts[7].dropFirst()
        let corrected = parts.joined(separator: ":")
        return corrected != arn && isRecognised(corrected) ? corrected : nil
    }

    private static func split(_ action: String) -> (action: String, patterns: Patterns?) {
        for (suffix, patterns) in [(".waitForTaskToken", Patterns.token), (".sync", .sync)]
        where action.hasSuffix(suffix) {
            return (String(action.dropLast(suffix.count)), patterns)
        }
        return (action, [])
    }
}
