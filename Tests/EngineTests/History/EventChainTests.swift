import Engine
import JSON
import MaprunTesting
import StatesLanguage
import Testing

/// Which event follows which: sequences that AWS recorded, as `id<previous Type`.
@Suite struct EventChainTests {
    private final class Ended: @unchecked Sendable {
        // Proof: virtual time runs everything on one thread.
        var outcome: ExecutionOutcome?
    }

    private func chain(_ states: String, tasks: Value = [:], input: Value = [:]) throws -> [String]
    {
        try events(states, tasks: tasks, input: input).map {
            "\($0.id)<\($0.previousID) \($0.type)"
        }
    }

    private func events(
        _ states: String, tasks: Value = [:], input: Value = [:]
    ) throws -> [HistoryEvent] {
        let definition = "{\"StartAt\": \"A\", \"States\": {\(states)}}"
        let decoded = StateMachine.decode(definition)
        let machine = try #require(decoded.machine, "\(decoded.diagnostics)")
        let scheduler = VirtualScheduler()
        let recorded = RecordedTasks(tasks)
        var configuration = MapRunner.Configuration { _ in nil }
        configuration.prefetches = false
        let environment = EngineEnvironment(
            scheduler: scheduler, tasks: recorded,
            mapRuns: MapRunner(scheduler: scheduler, tasks: recorded, configuration: configuration),
            keepsHistory: true)
        let facts = ExecutionFacts(
            machine: ExecutionFacts.Machine(name: "m"), input: input, startTime: scheduler.now)
        let ended = Ended()
        Execution.start(Plan(machine.workflow), facts: facts, environment: environment) {
            ended.outcome = $0
        }
        scheduler.run()
        return try #require(ended.outcome).history
    }

    private static let failing: Value = ["error": "E", "cause": "c"]
    private static let lambda =
        #""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f""#
    private static let send =
        #""Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "Type": "Task", "#
        + #""Resource": "arn:aws:states:::sqs:sendMessage""#
    private static let catching = #""Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}]"#
    private static let end = #""Z": {"Type": "Pass", "End": true}"#
    private static let fail = #"{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}"#

    @Test func statesFollowEachOther() throws {
        #expect(
            try chain(#""A": {"Type": "Pass", "End": true}"#) == [
                "1<0 ExecutionStarted", "2<0 PassStateEntered", "3<2 PassStateExited",
                "4<3 ExecutionSucceeded",
            ])
        #expect(
            try chain(#""A": {"Type": "Fail", "Error": "E"}"#) == [
                "1<0 ExecutionStarted", "2<0 FailStateEntered", "3<2 ExecutionFailed",
            ])
    }

    @Test func anExpressionThatFailsFollowsWhatWasBeforeItsState() throws {
        let state = #""A": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $x.y %}", "#
        #expect(
            try chain(state + #""Assign": {"x": 1}, "End": true}"#).dropFirst() == [
                "2<0 PassStateEntered", "3<0 EvaluationFailed", "4<3 ExecutionFailed",
            ])
    }

    @Test func aTaskIsScheduledStartedAndEnded() throws {
        #expect(
            try chain(
                #""A": {\#(Self.send), "End": true}"#, tasks: ["A": [["return": 1]]]
            ).dropFirst() == [
                "2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted",
                "5<4 TaskSucceeded", "6<5 TaskStateExited", "7<6 ExecutionSucceeded",
            ])
        let token = Self.send.dropLast() + ".waitForTaskToken\""
        #expect(
            try chain(
                #""A": {\#(token), "End": true}"#,
                tasks: ["A": [["return": 1]]]
            ).dropFirst(4) == [
                "5<4 TaskSubmitted", "6<5 TaskSucceeded", "7<6 TaskStateExited",
                "8<7 ExecutionSucceeded",
            ])
    }

    @Test func theRoleOfATaskIsInItsEvent() throws {
        let role = "arn:aws:iam::000000000000:role/other"
        let events = try events(
            #""A": {\#(Self.lambda), "Credentials": {"RoleArn": "\#(role)"}, "#
                + #""TimeoutSeconds": 9, "HeartbeatSeconds": 3, "End": true}"#,
            tasks: ["A": [["return": 1]]])
        let scheduled = try #require(events.first { $0.type == "LambdaFunctionScheduled" })
        let details = scheduled.details.first { $0.key == "taskCredentials" }
        #expect(details?.value == ["roleArn": .string(role)])
        #expect(scheduled.details.contains { $0.key == "timeoutInSeconds" })
        #expect(!scheduled.details.contains { $0.key == "heartbeatInSeconds" })
    }

    @Test func retriesFollowTheFailureBefore() throws {
        let retry = #""Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}], "#
        #expect(
            try chain(
                #""A": {\#(Self.lambda), \#(retry)\#(Self.catching), "Next": "Z"}, \#(Self.end)"#,
                tasks: ["A": [Self.failing, Self.failing]]
            ).dropFirst() == [
                "2<0 TaskStateEntered", "3<2 LambdaFunctionScheduled", "4<3 LambdaFunctionStarted",
                "5<4 LambdaFunctionFailed", "6<5 LambdaFunctionScheduled",
                "7<6 LambdaFunctionStarted", "8<7 LambdaFunctionFailed", "9<8 TaskStateExited",
                "10<9 PassStateEntered", "11<10 PassStateExited", "12<11 ExecutionSucceeded",
            ])
    }

    @Test func aParallelStateFollowsTheBranchThatFailed() throws {
        let parallel = #""A": {"Type": "Parallel", "Branches": [\#(Self.fail)], "#
        #expect(
            try chain(parallel + #"\#(Self.catching), "Next": "Z"}, \#(Self.end)"#)
                .dropFirst().prefix(6) == [
                    "2<0 ParallelStateEntered", "3<2 ParallelStateStarted",
                    "4<3 FailStateEntered", "5<4 ParallelStateFailed",
                    "6<5 ParallelStateExited", "7<6 PassStateEntered",
                ])
        let retry = #""Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 2}], "End": true}"#
        #expect(
            try chain(parallel + retry).dropFirst(2) == [
                "3<2 ParallelStateStarted", "4<3 FailStateEntered", "5<4 ParallelStateStarted",
                "6<5 FailStateEntered", "7<6 ParallelStateStarted", "8<7 FailStateEntered",
                "9<8 ParallelStateFailed", "10<9 ExecutionFailed",
            ])
    }

    @Test func iterationsOneAtATimeFollowTheOneBefore() throws {
        let processor = #"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#
        #expect(
            try chain(
                #""A": {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": \#(processor), "#
                    + #""End": true}"#, input: [1, 2]
            ).dropFirst() == [
                "2<0 MapStateEntered", "3<2 MapStateStarted", "4<3 MapIterationStarted",
                "5<4 PassStateEntered", "6<5 PassStateExited", "7<6 MapIterationSucceeded",
                "8<6 MapIterationStarted", "9<8 PassStateEntered", "10<9 PassStateExited",
                "11<10 MapIterationSucceeded", "12<11 MapStateSucceeded", "13<11 MapStateExited",
                "14<13 ExecutionSucceeded",
            ])
    }

    @Test func aMapThatIsRetriedFollowsWhatWasBeforeTheFailedIteration() throws {
        #expect(
            try chain(
                #""A": {"Type": "Map", "ItemProcessor": \#(Self.fail), "End": true, "#
                    + #""Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}]}"#, input: [1]
            ).dropFirst(2) == [
                "3<2 MapStateStarted", "4<3 MapIterationStarted", "5<4 FailStateEntered",
                "6<5 MapIterationFailed", "7<5 MapStateStarted", "8<7 MapIterationStarted",
                "9<8 FailStateEntered", "10<9 MapIterationFailed", "11<9 MapStateFailed",
                "12<11 ExecutionFailed",
            ])
    }

    @Test func aDistributedMapShowsItsMapRunOnly() throws {
        let processor = """
            {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
             "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}
            """
        #expect(
            try chain(
                #""A": {"Type": "Map", "ItemProcessor": \#(processor), "End": true}"#,
                input: [1, 2]
            ).dropFirst() == [
                "2<0 MapStateEntered", "3<2 MapStateStarted", "4<3 MapRunStarted",
                "5<4 MapRunSucceeded", "6<4 MapStateSucceeded", "7<4 MapStateExited",
                "8<7 ExecutionSucceeded",
            ])
    }
}
