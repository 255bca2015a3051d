import Engine
import JSON
import MaprunTesting
import Scheduling
import StatesLanguage
import Synchronization
import Testing

@Suite struct DistributedMapTests {
    static func definition(
        _ states: String, executionType: String = "EXPRESS", fields: String = ""
    ) -> String {
        """
        {"StartAt": "All", "States": {"All": {"Type": "Map", "End": true, \(fields)
          "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "data", "Key": "items.jsonl"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "\(executionType)"},
            \(states)}}}}
        """
    }

    static let tasks = """
        "StartAt": "A", "States": {
          "A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:a", "Next": "B"},
          "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:b", "Next": "C"},
          "C": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:c", "End": true}}
        """

    static let oddOnesFail = """
        "StartAt": "Odd?", "States": {
          "Odd?": {"Type": "Choice", "Default": "Keep",
            "Choices": [{"Variable": "$.odd", "BooleanEquals": true, "Next": "Refuse"}]},
          "Keep": {"Type": "Pass", "End": true},
          "Refuse": {"Type": "Fail", "Error": "Odd", "CausePath": "States.Format('{} is odd', $.n)"}}
        """

    private static func items(_ count: Int) -> String {
        (0..<count).map { "{\"n\":\($0),\"odd\":\($0 % 2 == 1)}\n" }.joined()
    }

    @Test func resultsAreTheSameBytesWhateverTheNumberOfWorkers() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(5000))
        let flow = Self.definition(
            Self.oddOnesFail, fields: "\"ToleratedFailurePercentage\": 100,")
        var seen: Set<String> = []
        for workers in [1, 2, 5] {
            let run = try fixture.start(flow, workers: workers)
            #expect(await run.finish().outcome?.status == .succeeded)
            seen.insert(try fixture.map(run, "results.jsonl") + fixture.map(run, "failures.csv"))
        }
        #expect(seen.count == 1)
        let lines = try #require(seen.first).split(separator: "\n")
        #expect(lines[0] == #"{"index":0,"status":"SUCCEEDED","output":{"n":0,"odd":false}}"#)
        #expect(lines[1].contains(#""error":"Odd","cause":"1 is odd","state":"Refuse""#))
        #expect(lines.contains("1,true,Odd,1 is odd,Refuse,1,1"))
    }

    @Test func oneFailureIsTooManyWhereNoneIsTolerated() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(10))
        let run = try fixture.start(Self.definition(Self.oddOnesFail))
        let outcome = await run.finish().outcome
        #expect(outcome?.error == "States.ExceedToleratedFailureThreshold")
        #expect(outcome?.cause == "The specified tolerated failure threshold was exceeded")
    }

    @Test(arguments: [
        ("\"ToleratedFailureCount\": 5,", true), ("\"ToleratedFailureCount\": 4,", false),
        ("\"ToleratedFailurePercentage\": 50,", true),
        ("\"ToleratedFailurePercentage\": 49.9,", false),
    ])
    func tolerates(_ fields: String, _ succeeds: Bool) async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(10))
        let run = try fixture.start(Self.definition(Self.oddOnesFail, fields: fields))
        #expect(await run.finish().outcome?.status == (succeeds ? .succeeded : .failed))
    }

    @Test func interruptedItemsOfStandardChildrenContinueAfterTheirLastFinishedTask() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(4))
        let flow = Self.definition(
            Self.tasks, executionType: "STANDARD", fields: "\"MaxConcurrency\": 2,")
        let reached = Reached()
        let first = try fixture.start(flow) { request in
            if request.state == "B", request.execution.item == 1 { reached.signal() }
            return .success(["state": .string(request.state)])
        }
        #expect(await first.interrupt(when: reached).isInterrupted)
        let before = fixture.calls.withLock { $0 }
        let second = try fixture.resume(first) { .success(["state": .string($0.state)]) }
        #expect(await second.finish().outcome?.status == .succeeded)
        let all = fixture.calls.withLock { $0 }
        #expect(before.count < 12)
        #expect(all.count == 12)
        #expect(Set(all).count == 12)
        let line = #"{"index":3,"status":"SUCCEEDED","output":{"state":"C"}}"#
        #expect(try fixture.map(second, "results.jsonl").split(separator: "\n").last ?? "" == line)
    }

    /// What a rest leaves to the resume: children, and an execution, that would go on a second later.
    @Test(arguments: [definition(waits, executionType: "STANDARD"), "{\(waits)}"])
    func nothingGoesOnOnceTheRunHasComeToRest(_ flow: String) async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(4))
        let scheduler = VirtualScheduler(now: 0)
        let first = try fixture.start(flow, scheduler: scheduler)
        let end = await withCheckedContinuation { continuation in
            first.begin { continuation.resume(returning: $0) }
            scheduler.run(until: scheduler.now)
            first.drain()
            scheduler.run()
        }
        #expect(end.isInterrupted)
        #expect(first.counts.allSatisfy { $0.children.succeeded == 0 })
        let second = try fixture.resume(first)
        #expect(second.earlierOutcome == nil)
        #expect(await second.finish().outcome?.status == .succeeded)
    }

    private static let waits = """
        "StartAt": "W", "States": {
          "W": {"Type": "Wait", "Timestamp": "1970-01-01T00:00:01Z", "Next": "P"},
          "P": {"Type": "Pass", "End": true}}
        """

    @Test func expressChildrenFinishWhenTheRunComesToRest() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(100))
        let flow = Self.definition(Self.tasks, fields: "\"MaxConcurrency\": 1,")
        let reached = Reached()
        let first = try fixture.start(flow) { request in
            if request.state == "B", request.execution.item == 10 { reached.signal() }
            return .success(1)
        }
        #expect(await first.interrupt(when: reached).isInterrupted)
        let lines = try fixture.map(first, "results.jsonl").split(separator: "\n").count
        #expect(fixture.calls.withLock { $0.count } == 3 * lines)
        let second = try fixture.resume(first) { _ in .success(1) }
        #expect(await second.finish().outcome?.output?.array?.count == 100)
        #expect(fixture.calls.withLock { Set($0).count } == 300)
        #expect(fixture.calls.withLock { $0.count } == 300)
    }

    /// A small file is read at once, long before its items are done.
    @Test func whatIsDoneIsNotWhatHasBeenRead() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(100))
        let reached = Reached()
        let run = try fixture.start(
            Self.definition(Self.tasks, fields: "\"MaxConcurrency\": 1,")
        ) { request in
            if request.execution.item == 5 { reached.signal() }
            return .success(1)
        }
        let progress = Mutex<MapRunProgress?>(nil)
        reached.then { progress.withLock { $0 = run.counts.first } }
        #expect(await run.finish().outcome?.status == .succeeded)
        let seen = progress.withLock { $0 }
        #expect(seen?.fractionRead == 1 && seen?.fractionDone == 0.05)
    }

    @Test func aRunThatHasEndedIsNotRunAgain() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(3))
        let run = try fixture.start(Self.definition(Self.tasks)) { _ in .success(1) }
        #expect(await run.finish().outcome?.status == .succeeded)
        let again = try fixture.resume(run)
        #expect(again.earlierOutcome?.status == .succeeded)
        #expect(fixture.calls.withLock { $0.count } == 9)
    }

    @Test func anInputThatGrewRunsWhatIsNew() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items(10))
        let reached = Reached()
        let first = try fixture.start(
            Self.definition(Self.tasks, fields: "\"MaxConcurrency\": 1,")
        ) { request in
            if request.execution.item == 3 { reached.signal() }
            return .success(1)
        }
        _ = await first.interrupt(when: reached)
        try fixture.write("items.jsonl", Self.items(11))
        let second = try fixture.resume(first) { _ in .success(1) }
        #expect(await second.finish().outcome?.output?.array?.count == 11)
        #expect(fixture.calls.withLock { Set($0).count } == 33)
        #expect(fixture.calls.withLock { $0.count } == 33)
    }
}
