/// The environment variables that Lambda's documentation promises to a function.
enum FunctionEnvironment {
    /// This process's environment, then Lambda's variables where they are not set already, then
    /// the binding's own. Credentials are those of this process alone: invented ones would hide
    /// what the AWS SDKs find in the user's files.
    static func make(
        for binding: FunctionBinding, arn: FunctionReference, handler: String,
        inherited: [String: String]
    ) -> [String: String] {
        inherited
            .merging(defaults(region: region(inherited) ?? arn.region)) { own, _ in own }
            .merging(identity(of: binding, handler: handler)) { _, function in function }
            .merging(binding.environment) { _, bound in bound }
    }

    /// Some SDKs look at one variable, some at the other.
    private static func region(_ inherited: [String: String]) -> String? {
        inherited["AWS_REGION"] ?? inherited["AWS_DEFAULT_REGION"]
    }

    private static func defaults(region: String) -> [String: String] {
        [
            "AWS_REGION": region, "AWS_DEFAULT_REGION": region, "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
        ]
    }

    private static func identity(
        of binding: FunctionBinding, handler: String
    ) -> [String: String] {
        [
            "_HANDLER": handler,
            "LAMBDA_TASK_ROOT": binding.directory,
            "LAMBDA_RUNTIME_DIR": binding.directory,
            "AWS_LAMBDA_FUNCTION_NAME": binding.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String(binding.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/\(binding.name)",
            "AWS_LAMBDA_LOG_STREAM_NAME": "[$LATEST]\(binding.name)",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        ]
    }
}
