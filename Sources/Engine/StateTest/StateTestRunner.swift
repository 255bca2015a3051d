import JSON
import Records
import Scheduling
import StatesLanguage
import Synchronization

/// Runs the one state of a test in the interpreter and answers for its surroundings.
final class StateTestRunner: @unchecked Sendable {
    // Proof: the frame suspends for one thing at a time, and only what ends that goes on with it.

    /// AWS ends a test after five minutes.
    private static let longestMilliseconds = 300_000

    let test: StateTest
    let prepared: PreparedStateTest
    let probe = StateProbe()
    var frame: Frame
    var session: Session
    private let scheduler: any Scheduler
    private let onEnd: @Sendable (StateTestAnswer) -> Void
    private let taskHasEnded = Atomic(false)
    private let cancellation = Mutex<TaskCancellation?>(nil)
    private let exchange = Mutex<(request: Value, response: Value?)?>(nil)

    init(
        _ test: StateTest, _ prepared: PreparedStateTest, _ environment: EngineEnvironment,
        _ onEnd: @escaping @Sendable (StateTestAnswer) -> Void
    ) {
        self.test = test
        self.prepared = prepared
        self.onEnd = onEnd
        scheduler = environment.scheduler
        let now = scheduler.now
        var variables = Variables()
        for member in prepared.variables { variables[member.key] = member.value }
        let scope = EvaluationScope(
            input: prepared.input, variables: variables, context: prepared.context,
            random: RandomSource(seed: UInt64(bitPattern: Int64(now))), now: now)
        frame = Frame(plan: prepared.plan, input: prepared.input, scope: scope, path: "")
        let facts = ExecutionFacts(
            machine: ExecutionFacts.Machine(name: "test-state"), input: prepared.input,
            startTime: now)
        session = Session(environment: environment, facts: facts, now: now)
        session.probe = probe
    }

    /// Enters the state with the retries that it is to have behind it.
    func begin() {
        let planned = frame.state
        let retries = test.configuration.retrierRetryCount ?? 0
        frame.scope.context.stateName = planned.state.name
        frame.scope.context.enteredTime = session.now
        frame.scope.context.retryCount = planned.canRetry ? retries : nil
        frame.visit.attempt = retries
        frame.visit.retries = Array(repeating: retries, count: planned.state.retriers.count)
        frame.stage = .run
        // AWS does not look at a mocked Parallel's input.
        if case .parallel = planned.state.action, let result = prepared.result {
            let branches = result.map { $0.array?.elements ?? [] }
            frame.stage = .resume(.joined(branches))
        }
        advance()
    }

    private func advance() {
        while true {
            switch frame.advance(&session) {
            case .finished(let output): return onEnd(answer(finishedWith: output))
            case .failed(let fault): return onEnd(answer(.failed, fault))
            case .suspended(.retry(let time)):
                return onEnd(answer(.retriable, probe.fault, retryAt: time))
            case .suspended(.mapRun(let request)):
                frame.stage = .resume(.mapRun(end(of: request)))
            case .suspended(.task(let task)):
                probe.arguments = task.request.input
                guard let result = prepared.result else { return start(task.request) }
                resume(with: result)
            case .suspended(.wait(let until)): return wait(until: until)
            case .suspended(.turn), .suspended(.children): continue
            }
        }
    }

    // MARK: - What the state waits for

    private func resume(with result: Result<Value, StateFault>) {
        if case .success(let value) = result { probe.result = value }
        frame.stage = .resume(.task(result, isHeartbeatMiss: false))
    }

    private func start(_ request: TaskRequest) {
        var request = request
        if test.inspectionLevel == .trace {
            request.onlooker = TaskRequest.Onlooker(seesSecrets: test.revealsSecrets) {
                [self] sent, got in exchange.withLock { $0 = (sent, got) }
            }
        }
        let limit = min(
            request.timeoutSeconds.map { $0 * 1000 } ?? .max, Self.longestMilliseconds)
        let timer = scheduler.wake(at: session.now + limit) {
            self.taskEnded(.failure(Self.timeout))
        }
        let tasks = session.environment.tasks
        let cancellation = tasks.start(request) { outcome in
            timer.cancel()
            self.taskEnded(outcome.result)
        }
        self.cancellation.withLock { $0 = cancellation }
    }

    /// Goes on with what comes first: the task's end or the end of its time.
    private func taskEnded(_ result: Result<Value, StateFault>) {
        guard !taskHasEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
        cancellation.withLock { $0 }?()
        session.now = max(session.now, scheduler.now)
        if let exchange = exchange.withLock({ $0 }) {
            (probe.request, probe.response) = exchange
        }
        resume(with: result)
        advance()
    }

    private func wait(until time: Int) {
        let limit = session.now + Self.longestMilliseconds
        guard time <= limit else {
            scheduler.wake(at: limit) { self.onEnd(self.answer(.failed, Self.timeout)) }
            return
        }
        scheduler.wake(at: time) {
            self.session.now = time
            self.frame.stage = .resume(.waited)
            self.advance()
        }
    }

    private static let timeout = StateFault(error: "States.Timeout", cause: nil, origin: .service)
}
