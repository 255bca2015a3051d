import Engine
import JSON
import MaprunTesting
import Scheduling
import StatesLanguage
import Synchronization
import Testing

/// One rate for the calls of all items, on a clock that needs no waiting.
@Suite struct RateTests {
    private let scheduler = VirtualScheduler(now: 0)

    private static func flow(_ type: String, _ fields: String = "") -> String {
        """
        {"StartAt": "Map", "States": {"Map": {"Type": "Map", "End": true,
          "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "data", "Key": "items.jsonl"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "\(type)"},
            "StartAt": "Call", "States": {"Call": {\(fields) "Type": "Task", "End": true,
              "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"}}}}}}
        """
    }

    /// Runs some items; returns the times of the calls.
    private func calls(
        _ definition: String, _ rate: Rate?, answersAfter delay: Int = 0,
        fails: @escaping @Sendable (TaskRequest) -> Bool = { _ in false },
        retryAfter: Int? = nil, gate: CallGate? = nil, items: Int = 10, adapts: Bool = false
    ) throws -> (times: [Int], outcome: ExecutionOutcome?) {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", (0..<items).map { "\($0)\n" }.joined())
        let times = Mutex([Int]())
        let tasks = LateTasks(scheduler: scheduler, delay: delay, gate: gate) { request in
            times.withLock { $0.append(self.scheduler.now) }
            guard fails(request) else { return .success(request.input) }
            var fault = StateFault(error: "Bad", cause: nil)
            fault.retryAfter = retryAfter
            return .failure(fault)
        }
        var surroundings = Run.Surroundings(scheduler: scheduler, tasks: tasks) {
            fixture.root + "/" + $0
        }
        surroundings.prefetches = false
        surroundings.rate = rate
        surroundings.isAdaptive = adapts
        let machine = try #require(StateMachine.decode(definition).machine)
        var options = RunOptions(
            root: "", name: "test", definition: definition, definitionPath: "", input: [:],
            seed: 1)
        options.durability = .off
        let run = try Run.unkept(options, machine: machine, surroundings: surroundings)
        let end = Mutex<Run.End?>(nil)
        run.begin { outcome in end.withLock { $0 = outcome } }
        scheduler.run()
        return (times.withLock { $0 }, end.withLock { $0 }?.outcome)
    }

    @Test(arguments: ["STANDARD", "EXPRESS"])
    func itemsShareTheRate(type: String) throws {
        let (times, outcome) = try calls(Self.flow(type), Rate(10, per: .second))
        #expect(times == (0..<10).map { $0 * 100 })
        #expect(outcome?.output == .array((0..<10).map { .int($0) }))
    }

    @Test func withoutARateNothingWaits() throws {
        #expect(try calls(Self.flow("EXPRESS"), nil).times == [Int](repeating: 0, count: 10))
    }

    @Test func retriesCount() throws {
        let fields = """
            "Retry": [{"ErrorEquals": ["Bad"], "IntervalSeconds": 1, "MaxAttempts": 1}],
            """
        let (times, outcome) = try calls(
            Self.flow("EXPRESS", fields), Rate(1, per: .second), fails: { $0.attempt == 0 })
        #expect(times == (0..<20).map { $0 * 1000 })
        #expect(outcome?.status == .succeeded)
    }

    @Test func aRetryWaitsAsLongAsTheServerWishes() throws {
        let fields = """
            "Retry": [{"ErrorEquals": ["Bad"], "IntervalSeconds": 1, "MaxAttempts": 1,
              "MaxDelaySeconds": 2}],
            """
        let (times, outcome) = try calls(
            Self.flow("STANDARD", fields), nil,
            fails: { $0.attempt == 0 && $0.input.number?.int ?? 0 < 2 }, retryAfter: 30_000)
        #expect(times == [Int](repeating: 0, count: 10) + [30_000, 30_000])
        #expect(outcome?.status == .succeeded)
    }

    @Test func aCallWaitsAtTheGateOfItsHandler() throws {
        let gate = CallGate(scheduler, most: 3)
        let (times, outcome) = try calls(
            Self.flow("EXPRESS", #""TimeoutSeconds": 2, "#), nil, answersAfter: 1500, gate: gate)
        #expect(times == (0..<10).map { $0 / 3 * 1500 })
        #expect(outcome?.status == .succeeded)
        #expect(gate.waitingCount == 0)
        #expect((0..<3).allSatisfy { _ in gate.ask {}.isGranted })
    }

    @Test func anAdaptiveRunFindsWhatTheOtherSideCanDo() throws {
        let gate = CallGate(scheduler, most: 12)
        let (times, outcome) = try calls(
            Self.flow("EXPRESS"), nil, answersAfter: 100, gate: gate, items: 2000, adapts: true)
        #expect(outcome?.output == .array((0..<2000).map { .int($0) }))
        // At its best it would take 2000 / 12 × 100 ms.
        #expect(times.last ?? 0 < 20_000)
        #expect(Set(times).count > 150)
    }

    @Test func adaptingChangesNoResults() throws {
        let plain = try calls(Self.flow("STANDARD"), nil, items: 500)
        let adaptive = try calls(Self.flow("STANDARD"), nil, items: 500, adapts: true)
        #expect(plain.outcome?.output == adaptive.outcome?.output)
        #expect(plain.outcome?.output?.array?.count == 500)
    }

    @Test func aGivenUpCallGivesItsPlaceAtTheGateBack() throws {
        let gate = CallGate(scheduler, most: 2)
        let (times, outcome) = try calls(
            Self.flow("EXPRESS", #""TimeoutSeconds": 1, "#), nil, answersAfter: 60_000, gate: gate)
        #expect(times == [0, 0, 1000])
        #expect(outcome?.error == "States.ExceedToleratedFailureThreshold")
        #expect((0..<2).allSatisfy { _ in gate.ask {}.isGranted })
    }

    @Test func theTimeoutOfACallThatWaitsDoesNotRun() throws {
        let (times, outcome) = try calls(
            Self.flow("EXPRESS", #""TimeoutSeconds": 2, "#), Rate(1, per: .second),
            answersAfter: 1500)
        #expect(times == (0..<10).map { $0 * 1000 })
        #expect(outcome?.status == .succeeded)
    }
}

/// Answers after a time on the scheduler's clock.
struct LateTasks: TaskHandler {
    let scheduler: VirtualScheduler
    let delay: Int
    let gate: CallGate?
    let answer: @Sendable (TaskRequest) -> Result<Value, StateFault>

    func gate(for request: TaskRequest) -> CallGate? { gate }

    func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        let result = answer(request)
        let timer = scheduler.wake(at: scheduler.now + delay) { completion(TaskOutcome(result)) }
        return { timer.cancel() }
    }
}
