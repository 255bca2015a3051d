import JSON
import Testing

@testable import StatesLanguage

/// What is said of the resources and parameters of Task states.
@Suite struct IntegrationDiagnosticsTests {
    private static func task(_ resource: String, _ fields: String) -> String {
        #"{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::\#(resource)","#
            + #"\#(fields)"End":true}}}"#
    }

    private static let missing = "is required but was missing at /States/A/Parameters"
    private static let surplus = "is not supported by Step Functions at /States/A/Parameters"

    static let parameters: [DiagnosticsTests.Case] = [
        .init(
            "no Parameters", task("lambda:invoke.waitForTaskToken", ""),
            "SCHEMA_VALIDATION_FAILED: Parameters field is required for resource ARN: "
                + "arn:aws:states:::lambda:invoke.waitForTaskToken at /States/A"),
        .init(
            "no Arguments", task("aws-sdk:s3:listBuckets", #""QueryLanguage":"JSONata","#),
            "SCHEMA_VALIDATION_FAILED: Arguments field is required for resource ARN: "
                + "arn:aws:states:::aws-sdk:s3:listBuckets at /States/A"),
        .init(
            "a function without a name", task("lambda:invoke", #""Parameters":{"Payload":{}},"#),
            "SCHEMA_VALIDATION_FAILED: The field 'FunctionName' \(missing)"),
        .init(
            "a name that AWS refuses only when the state runs",
            task(
                "lambda:invoke.waitForTaskToken",
                ##""Parameters":{"FunctionName.$":"$.f","Token.$":"$$.Task.Token","Note":1},"##),
            "SCHEMA_VALIDATION_FAILED: The field \"Note\" \(surplus)"),
        .init(
            "a job without a name",
            task("glue:startJobRun.sync", #""Parameters":{"Arguments":{}},"#),
            "SCHEMA_VALIDATION_FAILED: The field 'JobName' \(missing)"),
        .init(
            "a container without a task",
            task("ecs:runTask.sync", #""Parameters":{"Cluster":"c"},"#),
            "SCHEMA_VALIDATION_FAILED: The field 'TaskDefinition' \(missing)"),
        .init(
            "a container with more than it needs",
            task("ecs:runTask", #""Parameters":{"TaskDefinition":"t","Cluster":"c"},"#)),
        .init(
            "a path's mark in a JSONata state",
            task(
                "lambda:invoke",
                #""QueryLanguage":"JSONata","Arguments":{"FunctionName.$":"f"},"#),
            "SCHEMA_VALIDATION_FAILED: The field 'FunctionName' is required but was missing "
                + "at /States/A/Arguments",
            "SCHEMA_VALIDATION_FAILED: The field \"FunctionName.$\" is not supported by Step "
                + "Functions at /States/A/Arguments"),
        .init(
            "a nested execution with a name in the wrong case",
            task("states:startExecution.sync:2", #""Parameters":{"stateMachineArn":"a"},"#),
            "SCHEMA_VALIDATION_FAILED: The field 'StateMachineArn' \(missing)",
            "SCHEMA_VALIDATION_FAILED: The field \"stateMachineArn\" \(surplus)"),
        .init(
            "a call without method",
            task(
                "http:invoke",
                #""Parameters":{"ApiEndpoint":"https://a.b","Body":1,"Authentication":{}},"#),
            "SCHEMA_VALIDATION_FAILED: The field 'Method' \(missing)",
            "SCHEMA_VALIDATION_FAILED: The field \"Body\" \(surplus)"),
        .init(
            "all that an item needs",
            task("dynamodb:putItem", #""Parameters":{"TableName.$":"$.t","Item":{}},"#)),
        .init(
            "an expression for all arguments",
            task("lambda:invoke", #""QueryLanguage":"JSONata","Arguments":"{% {} %}","#)),
    ]

    @Test(arguments: parameters)
    func reportsEveryProblem(_ one: DiagnosticsTests.Case) {
        #expect(StateMachine.decode(one.definition).errors.map(\.complaint) == one.complaints)
    }

    @Test(arguments: [
        (".waitForTaskToken", "'.waitForTaskToken' service integration  at"),
        (".sync", "'.sync' service integration at"),
    ])
    func anExpressMachineWaitsForNothing(_ pattern: String, _ end: String) {
        let text = Self.task("ecs:runTask\(pattern)", #""Parameters":{"TaskDefinition":"t"},"#)
        let result = StateMachine.decode(text, options: DecodingOptions(machineType: .express))
        #expect(
            result.errors.map(\.complaint) == [
                "SCHEMA_VALIDATION_FAILED: Express state machine does not support \(end)"
                    + " /States/A/Resource"
            ])
    }

    @Test func checksOnlyTheKnownParametersWhereNotAllAreKnown() throws {
        let parameters = try #require(IntegrationParameters(of: "arn:aws:states:::ecs:runTask"))
        try parameters.check(["TaskDefinition": "t", "Cluster": "c"])
        #expect(throws: StateFault.self) { try parameters.check(["Cluster": "c"]) }
    }

    @Test func suggestsTheCaseOfServicesAndActions() {
        let text = #"""
            {"StartAt":"A","States":{"A":{"Type":"Task","Parameters":{},"End":true,
            "Resource":"arn:aws:states:::aws-sdk:SecretsManager:GetSecretValue"}}}
            """#
        #expect(
            StateMachine.decode(text).errors.map(\.suggestion) == [
                "did you mean 'arn:aws:states:::aws-sdk:secretsmanager:getSecretValue'?"
            ])
    }

    @Test(arguments: [
        ("arn:aws:s3:::b", false), ("arn:aws:states:::nope:foo", false),
        ("arn:aws:states:::sqs:foo", false), ("arn:aws:states:::sqs:sendMessage.sync", false),
        ("arn:aws:states:::aws-sdk:dynamodb:getItem.sync", false),
        ("arn:aws:states:::aws-sdk:S3:getObject", false),
        ("arn:aws:states:::aws-sdk:s3:GetObject", false),
        ("arn:aws:states:::aws-sdk:cloudwatch-logs:putLogEvents", false),
        ("arn:aws:states:::aws-sdk:apigatewayv2:getApis", true),
        ("arn:aws:lambda:us-east-1:111111111111:function", false),
        ("arn:aws:states:::bedrockagentcore:invokeHarness", true),
        ("arn:aws:states:::bedrockagentcore:invokeHarness.sync", false),
        ("arn:aws:states:::bedrockagentcore:invokeHarness.waitForTaskToken", false),
        ("arn:aws:states:::athena:startQueryExecution.sync", true),
        ("arn:aws:states:::athena:startQueryExecution.sync:2", false),
        ("arn:aws:states:::athena:startQueryExecution.waitForTaskToken", false),
        ("arn:aws:states:::eks:call.waitForTaskToken", true),
        ("arn:aws:states:::states:startExecution.sync:2", true),
        ("arn:aws:states:::ecs:runTask.waitForTaskToken", true),
        ("arn:aws:states:::sagemaker:createTrainingJob.sync", true),
        ("arn:aws:states:::aws-sdk:s3:listBuckets.waitForTaskToken", true),
        ("arn:aws-cn:lambda:cn-north-1:111111111111:function:f:live", true),
        ("arn:aws:states:us-east-1:111111111111:activity:a", true),
    ])
    func takesTheResourcesThatAWSRecognises(_ resource: String, _ isTaken: Bool) {
        let result = StateMachine.decode(
            """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
              "Resource": "\(resource)"}}}
            """)
        let isRefused = result.errors.contains { $0.location == "/States/A/Resource" }
        #expect(isRefused != isTaken, "\(result.diagnostics)")
    }
}
