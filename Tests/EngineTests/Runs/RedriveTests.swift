import Engine
import Foundation
import JSON
import StatesLanguage
import Synchronization
import Testing

@Suite struct RedriveTests {
    private static func items(_ count: Int) -> String {
        (0..<count).map { "{\"n\":\($0)}\n" }.joined()
    }

    /// Function b fails for every third item.
    private static func answer(_ request: TaskRequest) -> Result<Value, StateFault>? {
        if request.state == "B", (request.execution.item ?? 0) % 3 == 0 {
            return .failure(StateFault(error: "Broken", cause: "b is broken"))
        }
        return .success(["state": .string(request.state)])
    }

    @Test(arguments: [("STANDARD", ["B", "C"]), ("EXPRESS", ["A", "B", "C"])])
    func failedChildrenContinueWhereTheirTypeAllows(
        _ type: String, _ repeated: [String]
    ) async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(9))
        let flow = DistributedMapTests.definition(
            DistributedMapTests.tasks, executionType: type,
            fields: "\"ToleratedFailurePercentage\": 50,")
        let first = try fixture.start(flow, answer: Self.answer)
        #expect(await first.finish().outcome?.status == .succeeded)
        let before = fixture.calls.withLock { $0.count }
        let second = try fixture.resume(first, redrive: .unsuccessful) {
            .success(["state": .string($0.state)])
        }
        #expect(await second.finish().outcome?.status == .succeeded)
        let calls = fixture.calls.withLock { $0[before...] }
        let expected = [0, 3, 6].flatMap { item in repeated.map { "\($0) \(item)" } }
        #expect(calls.sorted() == expected.sorted())
        let lines = try fixture.map(second, "results.jsonl").split(separator: "\n")
        #expect(lines.count == 9)
        #expect(lines.allSatisfy { $0.contains("SUCCEEDED") })
        #expect(try fixture.map(second, "failures.jsonl").isEmpty)
    }

    @Test func aFileThatWasCutOffContinuesWhenItIsWhole() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(200) + "{\"n\":")
        let flow = DistributedMapTests.definition(DistributedMapTests.tasks)
        let first = try fixture.start(flow) { _ in .success(1) }
        let outcome = await first.finish().outcome
        #expect(outcome?.error == "States.ItemReaderFailed")
        #expect(outcome?.cause?.contains("line 201") == true)
        #expect(fixture.calls.withLock { $0.count } == 600)
        try fixture.write("items.jsonl", Self.items(205))
        let second = try fixture.resume(first, redrive: .pending) { _ in .success(1) }
        #expect(await second.finish().outcome?.status == .succeeded)
        #expect(fixture.calls.withLock { $0.count } == 615)
        #expect(try fixture.map(second, "results.jsonl").split(separator: "\n").count == 205)
    }

    @Test func rowsBeforeTheCutMoveTheRestAlong() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(200) + "{\"n\":")
        let flow = DistributedMapTests.definition(DistributedMapTests.tasks)
        let first = try fixture.start(flow) { _ in .success(1) }
        _ = await first.finish()
        try fixture.write("items.jsonl", "{\"n\":-1}\n" + Self.items(205))
        let second = try fixture.resume(first, redrive: .pending) { _ in .success(1) }
        #expect(await second.finish().outcome?.status == .succeeded)
        #expect(fixture.calls.withLock { $0.count } == 600 + 6 * 3)
        #expect(try fixture.map(second, "results.jsonl").split(separator: "\n").count == 206)
    }

    @Test func aFailedTaskOfTheExecutionItselfIsTriedAgain() async throws {
        let fixture = try RunFixture()
        let flow = """
            {"StartAt": "A", "States": {
              "A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:a", "Next": "B"},
              "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:b", "End": true}}}
            """
        let first = try fixture.start(flow) { request in
            request.state == "B"
                ? .failure(StateFault(error: "Down", cause: nil)) : .success("from A")
        }
        #expect(await first.finish().outcome?.error == "Down")
        let second = try fixture.resume(first, redrive: .unsuccessful) { .success($0.input) }
        #expect(await second.finish().outcome?.output == "from A")
        #expect(fixture.calls.withLock { $0 } == ["A -", "B -", "B -"])
    }

    @Test func theContextTellsOfRedrives() async throws {
        let fixture = try RunFixture()
        let flow = """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
              "Parameters": {"count.$": "$$.Execution.RedriveCount", "all.$": "$$.Execution"},
              "Resource": "arn:aws:lambda:us-east-1:1:function:a"}}}
            """
        var run = try fixture.start(flow) { request in
            #expect(request.input["count"] == 0)
            #expect(request.input["all"]?["RedriveTime"] == nil)
            return .failure(StateFault(error: "Down", cause: nil))
        }
        #expect(await run.finish().outcome?.error == "Down")
        for count in 1...2 {
            run = try fixture.resume(run, redrive: .unsuccessful) { request in
                #expect(request.input["count"] == .int(count))
                #expect(request.input["all"]?["RedriveTime"]?.string?.hasSuffix("Z") == true)
                return count == 1
                    ? .failure(StateFault(error: "Down", cause: nil)) : .success(request.input)
            }
            let outcome = await run.finish().outcome
            #expect(outcome?.status == (count == 1 ? .failed : .succeeded))
        }
    }

    @Test(arguments: [false, true])
    func secondsOfAWaitThatWasAbortedCountAgain(inChild: Bool) async throws {
        let fixture = try RunFixture()
        let reached = Reached()
        let branches = """
            {"Type": "Parallel", "End": true, "Branches": [
              {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}},
              {"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
                "Resource": "arn:aws:lambda:us-east-1:1:function:t"}}}]}
            """
        let map = """
            {"Type": "Map", "End": true, "ItemProcessor": {
              "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
              "StartAt": "P", "States": {"P": \(branches)}}}
            """
        let flow = "{\"StartAt\": \"A\", \"States\": {\"A\": \(inChild ? map : branches)}}"
        let first = try fixture.start(flow, input: [0]) { _ in
            reached.signal()
            return nil
        }
        #expect(await first.stop(when: reached).outcome?.status == .aborted)
        let start = Date()
        let second = try fixture.resume(first, redrive: .unsuccessful) { _ in .success(1) }
        #expect(await second.finish().outcome?.status == .succeeded)
        #expect(Date().timeIntervalSince(start) >= 1)
    }

    @Test func aRedriveGivesTheExecutionAllOfItsTimeAnew() async throws {
        let fixture = try RunFixture()
        let flow = """
            {"StartAt": "A", "TimeoutSeconds": 1, "States": {"A": {"Type": "Task", "End": true,
              "Resource": "arn:aws:lambda:us-east-1:1:function:a"}}}
            """
        let first = try fixture.start(flow)
        let outcome = await first.finish().outcome
        #expect(outcome?.status == .timedOut)
        let second = try fixture.resume(first, redrive: .unsuccessful)
        let again = await second.finish().outcome
        #expect(again?.status == .timedOut)
        #expect((again?.stopTime ?? 0) - (outcome?.stopTime ?? 0) >= 1000)
    }

    private static func map(_ fields: String, next: String) -> String {
        """
        {"StartAt": "All", "States": {"All": {"Type": "Map", "ItemsPath": "$.l", \(fields)
          "MaxConcurrency": 1, \(next),
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "W", "States": {"W": {"Type": "Task", "End": true,
              "Resource": "arn:aws:lambda:us-east-1:1:function:w"}}}},
          "Y": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:y", "Next": "Z"},
          "Z": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:z", "End": true}}}
        """
    }

    @Test func aMapThatWasTriedAgainGoesOnWithItsLastMapRun() async throws {
        let fixture = try RunFixture()
        let retry = """
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}],
            """
        let flow = Self.map(retry, next: #""End": true"#)
            .replacingOccurrences(of: #""Next": "Z""#, with: #""End": true"#)
            .replacingOccurrences(
                of: #"(?s),\s*"Y".*"End": true\}\}\}"#, with: "}}", options: .regularExpression)
        let down = StateFault(error: "Down", cause: nil)
        let first = try fixture.start(flow, input: ["l": [0, 1, 2, 3]], workers: 1) {
            // The second attempt comes further than the first.
            let isSecond = fixture.calls.withLock { $0.count } > 2
            let item = $0.execution.item ?? 0
            return item == (isSecond ? 3 : 1) ? .failure(down) : .success(.int(item))
        }
        #expect(await first.finish().outcome?.status == .failed)
        let before = fixture.calls.withLock { $0.count }
        let second = try fixture.resume(first, redrive: .unsuccessful) {
            .success(.int($0.execution.item ?? 0))
        }
        #expect(await second.finish().outcome?.output == [0, 1, 2, 3])
        #expect(fixture.calls.withLock { Array($0[before...]) } == ["W 3"])
    }

    @Test func aFailureAfterAMapDoesNotRunItsToleratedFailuresAgain() async throws {
        let fixture = try RunFixture()
        let flow = Self.map(#""ToleratedFailureCount": 1,"#, next: #""Next": "Y""#)
        let down = StateFault(error: "Down", cause: nil)
        let first = try fixture.start(flow, input: ["l": [0, 1, 2]]) {
            $0.state == "Z" || $0.execution.item == 1 ? .failure(down) : .success(7)
        }
        #expect(await first.finish().outcome?.error == "Down")
        let before = fixture.calls.withLock { $0.count }
        let second = try fixture.resume(first, redrive: .unsuccessful) { _ in .success(8) }
        #expect(await second.finish().outcome?.output == 8)
        #expect(fixture.calls.withLock { Array($0[before...]) } == ["Z -"])
        // Once all has succeeded what was tolerated can be run again, with all that follows.
        let third = try fixture.resume(second, redrive: .unsuccessful) { _ in .success(9) }
        #expect(await third.finish().outcome?.output == 9)
        #expect(fixture.calls.withLock { Array($0[(before + 1)...]) } == ["W 1", "Y -", "Z -"])
    }
}
