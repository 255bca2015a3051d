import Engine
import JSON
import MaprunTesting
import Scheduling
import StatesLanguage
import Synchronization
import Testing

/// Limits of time of executions that an earlier process began: they count from the present.
@Suite struct TimeLimitTests {
    private static let hour = 3_600_000

    /// Answers after so many milliseconds.
    private struct Slow: TaskHandler {
        let scheduler: VirtualScheduler
        let delay: Int

        func start(
            _ request: TaskRequest, completion: @escaping TaskCompletion
        ) -> TaskCancellation? {
            scheduler.wake(at: scheduler.now + delay) { completion(.success(1)) }
            return nil
        }
    }

    /// How an execution goes on that began an hour ago, after these answers of its first state.
    private func resume(
        _ replayed: [ReplayedEvent], answersAfter delay: Int
    ) throws -> ExecutionOutcome? {
        let scheduler = VirtualScheduler(now: Self.hour)
        let definition = """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true, "TimeoutSeconds": 2,
              "HeartbeatSeconds": 1,
              "Resource": "arn:aws:states:us-east-1:123456789012:activity:a",
              "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 5}]}}}
            """
        let machine = try #require(StateMachine.decode(definition).machine)
        let environment = EngineEnvironment(
            scheduler: scheduler, tasks: Slow(scheduler: scheduler, delay: delay))
        var log = ReplayLog()
        for (sequence, event) in replayed.enumerated() {
            log.add(event, path: "", sequence: sequence)
        }
        let ended = Mutex<ExecutionOutcome?>(nil)
        Execution.start(
            Plan(machine.workflow),
            facts: ExecutionFacts(
                machine: ExecutionFacts.Machine(name: "m"), input: [:], startTime: 0),
            environment: environment, replay: log
        ) { outcome in ended.withLock { $0 = outcome } }
        scheduler.run()
        return ended.withLock { $0 }
    }

    private static let failure = ReplayedEvent(
        time: 1000, state: "A",
        result: .task(
            .failure(StateFault(error: "E", cause: nil)), isHeartbeatMiss: false))

    @Test(arguments: [[], [failure]])
    func aTaskHasAllOfItsTimeWhenItBeginsAgain(_ replayed: [ReplayedEvent]) throws {
        let answered = try resume(replayed, answersAfter: 900)
        #expect(answered?.status == .succeeded, "\(answered?.error ?? "")")
        let late = try resume(replayed, answersAfter: 3000)
        #expect(late?.error == "States.Timeout")
        #expect(late.map { $0.stopTime >= Self.hour + 1000 } == true)
    }
}
