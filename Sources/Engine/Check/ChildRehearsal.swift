import JSON
import Journal
import StatesLanguage
import Synchronization

/// Runs children of a Map Run as far as they get without a task that nobody answers for. Waits and
/// retries take no time.
struct ChildRehearsal {
    private let plan: Plan
    private let facts: ExecutionFacts.SharedMachine
    private let now: Int
    private let tasks: PartlyMocked
    private let quick: EngineEnvironment

    /// Whoever takes more turns than that may go on for ever.
    static let mostTurns = 10_000

    init(_ request: MapRunRequest, now: Int, mocks: InputCheck.Mocks?) {
        plan = request.plan
        facts = ExecutionFacts.SharedMachine(request.childMachine)
        self.now = now
        tasks = PartlyMocked(mocks, next: NoTasks())
        quick = EngineEnvironment(scheduler: RehearsalScheduler(now: now), tasks: NoTasks())
    }

    /// How the child with this input fails; nil if it does not, as far as it gets.
    func failure(_ input: Value, _ index: Int) -> InputCheck.Finding? {
        let facts = ExecutionFacts(facts, input: input, startTime: now, item: index)
        // Most children wait for nothing: no clock has to be made for them.
        if case .ended(let outcome) = Execution.advance(plan, facts: facts, environment: quick) {
            return InputCheck.Finding(outcome)
        }
        let scheduler = RehearsalScheduler(now: now)
        let end = Mutex<ExecutionOutcome?>(nil)
        let execution = Execution.start(
            plan, facts: facts,
            environment: EngineEnvironment(
                scheduler: scheduler, tasks: tasks, mapRuns: ArrivalNote())
        ) { outcome in end.withLock { $0 = outcome } }
        scheduler.run(until: .max, atMost: Self.mostTurns)
        withExtendedLifetime(execution) {}
        return end.withLock { $0 }.flatMap { InputCheck.Finding($0) }
    }
}

extension InputCheck.Finding {
    /// Nil for an execution that succeeded.
    fileprivate init?(_ outcome: ExecutionOutcome) {
        guard outcome.status != .succeeded else { return nil }
        self.init(
            state: outcome.failedState, error: outcome.error ?? outcome.status.rawValue,
            cause: outcome.cause ?? "")
    }
}
