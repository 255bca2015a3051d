import Engine
import JSON
import MaprunTesting
import StatesLanguage
import Synchronization
import Testing

/// What follows from a result is seen outside only once the log of checkpoints has the result.
@Suite struct HeldCallTests {
    enum Second: String, CaseIterable {
        case preparedTask, startedTask, mapRun
    }

    /// Writes nothing down until it is told to.
    private final class HeldLog: CheckpointLog {
        private struct State {
            var appended = 0
            var written = 0
            var waiting: [@Sendable () -> Void] = []
        }

        private let state = Mutex(State())

        var appended: Int { state.withLock { $0.appended } }

        func append(
            _ event: ReplayedEvent, of execution: ExecutionFacts, path: String, sequence: Int
        ) -> Mark {
            state.withLock { state in
                state.appended += 1
                return state.appended
            }
        }

        func whenWritten(_ mark: Mark, _ action: @escaping @Sendable () -> Void) {
            let isWritten = state.withLock { state in
                if state.written < mark { state.waiting.append(action) }
                return state.written >= mark
            }
            if isWritten { action() }
        }

        func write() {
            let due = state.withLock { state in
                state.written = state.appended
                defer { state.waiting = [] }
                return state.waiting
            }
            for action in due { action() }
        }
    }

    /// Notes what is seen outside, and answers at once.
    private final class Outside: TaskHandler, MapRunLauncher {
        let seen = Mutex<[String]>([])
        private let prepares: Bool

        init(prepares: Bool) { self.prepares = prepares }

        func start(
            _ request: TaskRequest, completion: @escaping TaskCompletion
        ) -> TaskCancellation? {
            seen.withLock { $0.append(request.state) }
            completion(.success(1))
            return nil
        }

        func prepare(
            _ request: TaskRequest, completion: @escaping TaskCompletion
        ) -> PreparedAttempt? {
            guard prepares else { return nil }
            return PreparedAttempt(
                begin: { _ = self.start(request, completion: completion) }, cancel: {})
        }

        func launch(
            _ request: MapRunRequest, onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
        ) -> TaskCancellation? {
            seen.withLock { $0.append(request.state) }
            onEnd(.success(1))
            return nil
        }
    }

    private static let activity =
        #"{"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "#
    private static let map =
        #"{"Type": "Map", "ItemsPath": "$$.Execution.Input.rows", "ItemProcessor": {"ProcessorConfig": "#
        + #"{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "#
        + #""StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "#

    @Test(arguments: Second.allCases)
    func theSecondWaitsForTheResultOfTheFirst(_ second: Second) throws {
        let definition = """
            {"StartAt": "First", "States": {
              "First": \(Self.activity) "Next": "Between"},
              "Between": {"Type": "Pass", "Next": "Second"},
              "Second": \(second == .mapRun ? Self.map : Self.activity) "End": true}}}
            """
        let machine = try #require(StateMachine.decode(definition).machine)
        let scheduler = VirtualScheduler()
        let log = HeldLog()
        let outside = Outside(prepares: second == .preparedTask)
        let ended = Mutex<ExecutionOutcome?>(nil)
        Execution.start(
            Plan(machine.workflow),
            facts: ExecutionFacts(
                machine: ExecutionFacts.Machine(name: "m"), input: ["rows": []], startTime: 0),
            environment: EngineEnvironment(
                scheduler: scheduler, tasks: outside, mapRuns: outside, checkpoints: log)
        ) { outcome in ended.withLock { $0 = outcome } }
        scheduler.run()
        #expect(log.appended == 1)
        #expect(outside.seen.withLock { $0 } == ["First"])
        log.write()
        scheduler.run()
        #expect(outside.seen.withLock { $0 } == ["First", "Second"])
        #expect(log.appended == 2)
        // The outcome goes to the same log, behind the result.
        #expect(ended.withLock { $0 }?.status == .succeeded)
    }
}
