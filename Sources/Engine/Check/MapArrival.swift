import JSON
import Journal
import StatesLanguage
import Synchronization

/// Takes an execution to its first distributed Map, without tasks that nobody answers for.
struct MapArrival {
    private let options: RunOptions
    private let plan: Plan
    private let scheduler: RehearsalScheduler
    private let mocks: InputCheck.Mocks?

    init(
        _ options: RunOptions, _ machine: StateMachine, now: Int, mocks: InputCheck.Mocks?
    ) {
        self.options = options
        plan = Plan(machine.workflow)
        scheduler = RehearsalScheduler(now: now)
        self.mocks = mocks
    }

    /// The Map Run that is come to, or why there is none.
    func request() throws(RunError) -> MapRunRequest {
        let (arrived, stopped) = (ArrivalNote(), StopNote())
        let facts = options.facts(run: nil, startTime: scheduler.now)
        Execution.start(
            plan, facts: facts,
            environment: EngineEnvironment(
                scheduler: scheduler, tasks: PartlyMocked(mocks, next: stopped), mapRuns: arrived)
        ) { stopped.note($0) }
        scheduler.run(until: .max, atMost: ChildRehearsal.mostTurns)
        if let request = arrived.request { return request }
        throw RunError(.notFound, stopped.reason)
    }
}

/// Lets mocks answer for the states that they have answers for.
struct PartlyMocked: TaskHandler {
    private let mocks: InputCheck.Mocks?
    private let next: any TaskHandler

    init(_ mocks: InputCheck.Mocks?, next: any TaskHandler) {
        self.mocks = mocks
        self.next = next
    }

    func start(_ request: TaskRequest, completion: @escaping TaskCompletion) -> TaskCancellation? {
        guard let mocks, mocks.states.contains(request.state) else {
            return next.start(request, completion: completion)
        }
        return mocks.tasks.start(request, completion: completion)
    }
}

/// Keeps the first Map Run that an execution comes to, and does not start it.
final class ArrivalNote: MapRunLauncher {
    private let kept = Mutex<MapRunRequest?>(nil)

    var request: MapRunRequest? { kept.withLock { $0 } }

    func launch(
        _ request: MapRunRequest, onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
    ) -> TaskCancellation? {
        kept.withLock { $0 = $0 ?? request }
        return nil
    }
}

/// Keeps why an execution has not come to a Map Run.
private final class StopNote: TaskHandler {
    private let kept = Mutex<String?>(nil)

    var reason: String {
        kept.withLock { $0 } ?? "the execution never comes to a distributed Map; check the input"
    }

    func start(_ request: TaskRequest, completion: @escaping TaskCompletion) -> TaskCancellation? {
        keep(
            "state '\(request.state)' calls a task before the distributed Map, and check calls none; "
                + "answer for it with --mock, or check the Map's input with a workflow that starts at the Map"
        )
        return nil
    }

    func note(_ outcome: ExecutionOutcome) {
        guard outcome.status != .succeeded else {
            return keep(
                "the execution ends without a distributed Map, so there are no rows to check")
        }
        let place = outcome.failedState.map { " in state '\($0)'" } ?? ""
        keep(
            "the execution fails\(place) before the distributed Map: \(outcome.error ?? ""): "
                + (outcome.cause ?? ""))
    }

    private func keep(_ reason: String) { kept.withLock { $0 = $0 ?? reason } }
}
