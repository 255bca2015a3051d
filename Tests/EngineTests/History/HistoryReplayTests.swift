import Foundation
import JSON
import StatesLanguage
import Testing

@testable import Engine

/// Histories that are made from journals.
@Suite struct HistoryReplayTests {
    private static let definition = """
        {"StartAt": "First", "States": {
          "First": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "q", "MessageBody": "m"},
            "ResultPath": "$.sent", "Assign": {"kept": 1}, "Next": "Each",
            "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": 1}]},
          "Each": {"Type": "Map", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "data", "Key": "items.json"}},
            "ToleratedFailureCount": 5,
            "ItemSelector": {"n.$": "$$.Map.Item.Value"},
            "ItemProcessor": {
              "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "TYPE"},
              "StartAt": "Call", "States": {
                "Call": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f",
                  "Next": "Done"},
                "Done": {"Type": "Pass", "End": true}}},
            "End": true}}}
        """

    private func run(
        _ fixture: RunFixture, type: String = "STANDARD", recordsExpress: Bool = false
    ) async throws -> (run: Run, replay: HistoryReplay) {
        try fixture.write("items.json", "[10, 11, 12]")
        let definition = Self.definition.replacing("TYPE", with: type)
        let run = try fixture.start(definition, recordsExpress: recordsExpress) { request in
            if request.state == "First" {
                return request.attempt == 0
                    ? .failure(StateFault(error: "E", cause: "once")) : .success("sent")
            }
            return request.input["n"] == 12
                ? .failure(StateFault(error: "Odd", cause: nil)) : .success(request.input)
        }
        let end = await run.finish()
        #expect(end.outcome?.status == .succeeded)
        return (run, try fixture.history(of: run))
    }

    @Test func aRunIsGoneThroughAgainWithoutCallingAnything() async throws {
        let fixture = try RunFixture()
        let (_, replay) = try await run(fixture)
        let calls = fixture.calls.withLock { $0.count }
        let events = try replay.events()
        #expect(fixture.calls.withLock { $0.count } == calls)
        #expect(
            events.map(\.type) == [
                "ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted",
                "TaskFailed", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited",
                "MapStateEntered", "MapStateStarted", "MapRunStarted", "MapRunSucceeded",
                "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded",
            ])
        let times = events.map(\.time)
        #expect(times == times.sorted())
        // The delay before the retry is seen in the times.
        #expect(events[5].time - events[4].time >= 1000)
    }

    @Test func eventsHaveTheShapesOfAWS() async throws {
        let fixture = try RunFixture()
        let events = try await run(fixture).replay.events().map(\.description)
        #expect(events[1]["stateEnteredEventDetails"]?["name"] == "First")
        #expect(events[1]["stateEnteredEventDetails"]?["input"] == "{}")
        #expect(events[1]["stateEnteredEventDetails"]?["inputDetails"] == ["truncated": false])
        #expect(
            events[2]["taskScheduledEventDetails"] == [
                "resourceType": "sqs", "resource": "sendMessage", "region": "us-east-1",
                "parameters": #"{"QueueUrl":"q","MessageBody":"m"}"#,
            ])
        #expect(
            events[4]["taskFailedEventDetails"] == [
                "resourceType": "sqs", "resource": "sendMessage", "error": "E", "cause": "once",
            ])
        #expect(
            events[8]["stateExitedEventDetails"] == [
                "name": "First", "output": #"{"sent":"sent"}"#,
                "outputDetails": ["truncated": false], "assignedVariables": ["kept": "1"],
                "assignedVariablesDetails": ["truncated": false],
            ])
        let arn = events[11]["mapRunStartedEventDetails"]?["mapRunArn"]?.string
        #expect(arn?.hasPrefix("arn:aws:states:us-east-1:000000000000:mapRun:test/Each:") == true)
        #expect(events[12].object?.count == 4)
        #expect(events[0]["timestamp"]?.string?.hasSuffix("Z") == true)
    }

    @Test(arguments: [1, 2])
    func anItemOfAStandardMapHasAHistory(item: Int) async throws {
        let fixture = try RunFixture()
        let replay = try await run(fixture).replay
        let root = fixture.root
        let events = try replay.events(ofItem: item) { root + "/" + $0 }
        let input = events[0].details.first { $0.key == "input" }?.value
        #expect(input == ["n": .int(10 + item)])
        #expect(
            events.map(\.type).dropFirst().prefix(3) == [
                "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted",
            ])
        #expect(events.last?.type == (item == 1 ? "ExecutionSucceeded" : "ExecutionFailed"))
    }

    @Test func anItemThatChangedIsNotShownAsTheOldOne() async throws {
        let fixture = try RunFixture()
        let replay = try await run(fixture).replay
        try fixture.write("items.json", "[10, 99, 12]")
        let root = fixture.root
        #expect(throws: (any Error).self) { try replay.events(ofItem: 1) { root + "/" + $0 } }
    }

    @Test func anExpressItemThatCalledATaskHasNoHistory() async throws {
        let fixture = try RunFixture()
        let replay = try await run(fixture, type: "EXPRESS").replay
        let root = fixture.root
        #expect {
            try replay.events(ofItem: 0) { root + "/" + $0 }
        } throws: {
            "\($0)".contains("--record-express")
        }
    }

    @Test func anExpressItemThatWasRecordedHasTheHistoryOfAStandardOne() async throws {
        let fixture = try RunFixture()
        let standard = try await run(fixture).replay
        let express = try await run(fixture, type: "EXPRESS", recordsExpress: true).replay
        let root = fixture.root
        for item in 0..<3 {
            let expected = try standard.events(ofItem: item) { root + "/" + $0 }
            let events = try express.events(ofItem: item) { root + "/" + $0 }
            #expect(events.map(\.type) == expected.map(\.type))
            #expect(events.map(\.previousID) == expected.map(\.previousID))
        }
    }

    @Test func branchesAreShownInTheOrderOfTheirAnswers() async throws {
        let fixture = try RunFixture()
        func branch(_ name: String, _ seconds: Int) -> String {
            """
            {"StartAt": "\(name)1", "States": {
              "\(name)1": {"Type": "Wait", "Seconds": \(seconds), "Next": "\(name)2"},
              "\(name)2": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": true}}}
            """
        }
        let run = try fixture.start(
            """
            {"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true,
              "Branches": [\(branch("A", 1)), \(branch("B", 0))]}}}
            """
        ) { .success(.string($0.state)) }
        #expect(await run.finish().outcome?.output == ["A2", "B2"])
        let events = try fixture.history(of: run).events()
        let entered = events.filter { $0.type == "TaskStateEntered" }
            .compactMap { event in event.details.first { $0.key == "name" }?.value.string }
        #expect(entered == ["B2", "A2"])
        let times = events.map(\.time)
        #expect(times == times.sorted())
    }

    @Test func anUnfinishedRunShowsHowFarItGot() async throws {
        let fixture = try RunFixture()
        let reached = Reached()
        let definition = """
            {"StartAt": "One", "States": {
              "One": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "Next": "Two"},
              "Two": {"Type": "Wait", "Seconds": 1000, "End": true}}}
            """
        let run = try fixture.start(definition) { _ in
            reached.signal()
            return .success(1)
        }
        let end = await run.interrupt(when: reached)
        #expect(end.isInterrupted)
        let types = try fixture.history(of: run).events().map(\.type)
        #expect(types.last == "WaitStateEntered")
    }
}
