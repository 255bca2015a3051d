import Engine
import JSON
import StatesLanguage
import Testing

/// Rules of single states that only a run shows.
@Suite struct StateRuleTests {
    private func outcome(
        _ definition: String, input: Value = [:]
    ) async throws -> (ExecutionOutcome?, RunFixture) {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", "1\n2\n3\n")
        let run = try fixture.start(definition, input: input) { _ in .success("done") }
        return (await run.finish().outcome, fixture)
    }

    private static func parallel(_ fields: String, branch: String) -> String {
        """
        {"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, \(fields)
          "Catch": [{"ErrorEquals": ["States.BranchFailed"], "Next": "Caught"}],
          "Branches": [{"StartAt": "B", "States": {"B": \(branch)}}]},
          "Caught": {"Type": "Pass", "End": true}}}
        """
    }

    @Test func theFailureOfABranchIsCaughtByThatName() async throws {
        let (outcome, _) = try await outcome(
            Self.parallel("", branch: #"{"Type": "Fail", "Error": "E1", "Cause": "c"}"#))
        #expect(outcome?.output == ["Error": "E1", "Cause": "c"])
    }

    @Test func aFaultOfTheParallelItselfIsNoFailureOfABranch() async throws {
        let (outcome, _) = try await outcome(
            Self.parallel(
                #""QueryLanguage": "JSONata", "Output": "{% $error('no') %}","#,
                branch: #"{"Type": "Pass", "End": true}"#))
        #expect(outcome?.error == "States.QueryEvaluationError")
    }

    @Test(arguments: ["0", "-1"])
    func aBatchOfNoItemsIsAFault(_ size: String) async throws {
        let batcher = #""ItemBatcher": {"MaxItemsPerBatchPath": "$.n"},"#
        let (outcome, _) = try await outcome(
            DistributedMapTests.definition(
                #""StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}"#,
                fields: batcher),
            input: ["n": .int(Int(size) ?? 0)])
        #expect(outcome?.error == "States.Runtime")
        #expect(outcome?.cause?.contains("MaxItemsPerBatch must be positive.") == true)
    }

    @Test(arguments: [
        (#"{"Prefix": "x"}"#, "its Bucket must be a text, but is missing"),
        (#"{"Bucket.$": "$.n"}"#, "its Bucket must be a text, but is 5"),
        (#"{"Bucket": "../out"}"#, "its Bucket '../out' would lead out of the bucket"),
        (#"{"Bucket": "out", "Prefix": "a/../../x"}"#, "its Prefix 'a/../../x' would lead out"),
    ])
    func aResultWriterStaysInItsBucket(_ parameters: String, _ says: String) async throws {
        let writer = """
            "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
              "Parameters": \(parameters)},
            """
        let (outcome, fixture) = try await outcome(
            DistributedMapTests.definition(DistributedMapTests.tasks, fields: writer),
            input: ["n": 5])
        #expect(outcome?.error == "States.ResultWriterFailed")
        #expect(outcome?.cause?.contains(says) == true, "\(outcome?.cause ?? "")")
        #expect(fixture.calls.withLock { $0 } == [])
    }

    @Test(arguments: [
        (
            "lambda:invoke", #"{"FunctionName": "f", "Qualifier.$": "$.n"}"#,
            #"{"FunctionName":"f","Qualifier":5}"#,
            "The value of the field 'Qualifier' has an invalid format"
        ),
        (
            "lambda:invoke", #"{"FunctionName": "f", "Nope.$": "$.n"}"#,
            #"{"FunctionName":"f","Nope":5}"#,
            "The field \"Nope\" is not supported by Step Functions"
        ),
        (
            "lambda:invoke", #"{"FunctionName.$": "$.none"}"#, #"{"FunctionName":null}"#,
            "The field 'FunctionName' is required but was missing"
        ),
        (
            "lambda:invoke.waitForTaskToken",
            #"{% {"FunctionName": "f", "TaskToken": "t"} %}"#,
            #"{"FunctionName":"f","TaskToken":"t"}"#,
            "The field \"TaskToken\" is not supported by Step Functions"
        ),
    ])
    func aTaskWithWrongParametersIsNotScheduled(
        _ resource: String, _ given: String, _ sent: String, _ problem: String
    ) async throws {
        let fields =
            given.hasPrefix("{%")
            ? #""QueryLanguage": "JSONata", "Arguments": \#(Value.string(given).serialized)"#
            : #""Parameters": \#(given)"#
        let (outcome, fixture) = try await outcome(
            """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true, \(fields),
              "Resource": "arn:aws:states:::\(resource)",
              "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]},
              "B": {"Type": "Succeed"}}}
            """, input: ["n": 5, "none": nil])
        #expect(outcome?.error == "States.Runtime")
        #expect(
            outcome?.cause
                == "An error occurred while executing the state 'A' (entered at the event "
                + "id #2). The Parameters '\(sent)' could not be used to start the Task: [\(problem)]"
        )
        #expect(fixture.calls.withLock { $0 } == [])
    }

    @Test(arguments: ["TimeoutSeconds", "HeartbeatSeconds"])
    func aTimeLimitIsASecondOrMore(_ field: String) async throws {
        let (outcome, fixture) = try await outcome(
            """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true, "\(field)Path": "$.n",
              "Resource": "arn:aws:states:::sqs:sendMessage",
              "Parameters": {"QueueUrl": "q", "MessageBody": "m"}}}}
            """, input: ["n": 0])
        #expect(outcome?.error == "States.Runtime")
        #expect(outcome?.cause?.contains("\(field) field must be a positive value: 0") == true)
        #expect(fixture.calls.withLock { $0 } == [])
    }
}
