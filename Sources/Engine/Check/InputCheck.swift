import JSON
import Journal
import Records
import StatesLanguage
import Synchronization

/// Reads the input of a distributed Map against its workflow: calls no task and writes nothing.
///
/// Each item is read, passes the ItemSelector, and runs through the child workflow up to its first
/// task; what fails on that way would fail in a run.
public final class InputCheck {
    /// A row that a run would trip over.
    public struct Finding: Sendable {
        /// The item's index; nil where nothing could be read any more.
        public var index: Int?
        /// The line in its file, from 1, where the file has lines.
        public var line: Int?
        /// The state that fails.
        public var state: String?
        /// What sort of trouble it is: the error's name, or the reader's word for it.
        public var error: String
        /// What is wrong.
        public var cause: String
    }

    /// The Map state whose input is checked.
    public let mapState: String
    /// How many items have been read.
    public private(set) var items = 0
    /// How many items are bad.
    public private(set) var bad = 0
    /// Whether children were run: batches are made later, so theirs are not.
    public let runsChildren: Bool

    private let request: MapRunRequest
    private let reader: any ItemReader
    private let shaper: ItemShaper
    private let facts: ExecutionFacts.SharedMachine
    private let environment: EngineEnvironment

    /// Finds the input of the first distributed Map that the workflow comes to without a task.
    public init(
        _ options: RunOptions, machine: StateMachine, now: Int, maximumRecordBytes: Int = 64 << 20,
        folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) {
        let scheduler = RehearsalScheduler(now: now)
        request = try Self.request(options, Plan(machine.workflow), scheduler)
        mapState = request.state
        runsChildren = request.batcher == nil
        do throws(RecordsError) {
            reader = try ItemSourceOpening(folder: folder, maximumRecordBytes: maximumRecordBytes)
                .open(request)
        } catch {
            throw RunError(.notFound, error.description)
        }
        shaper = ItemShaper(
            selector: request.itemSelector, scope: request.scope, source: request.source)
        facts = ExecutionFacts.SharedMachine(request.childMachine)
        environment = EngineEnvironment(scheduler: scheduler, tasks: NoTasks())
    }

    private static func request(
        _ options: RunOptions, _ plan: Plan, _ scheduler: RehearsalScheduler
    ) throws(RunError) -> MapRunRequest {
        let (arrived, stopped) = (ArrivalNote(), StopNote())
        let facts = options.facts(run: nil, startTime: scheduler.now)
        Execution.start(
            plan, facts: facts,
            environment: EngineEnvironment(scheduler: scheduler, tasks: stopped, mapRuns: arrived)
        ) { stopped.note($0) }
        scheduler.run(until: .max)
        if let request = arrived.request { return request }
        throw RunError(.notFound, stopped.reason)
    }

    /// Hands every bad row to `body`, in the order of the input.
    public func run(_ body: (Finding) throws -> Void) throws {
        do {
            while let block = try reader.nextBlock() {
                for offset in 0..<block.count {
                    items += 1
                    guard let finding = finding(block, offset) else { continue }
                    bad += 1
                    try body(finding)
                }
            }
        } catch let error as RecordsError {
            bad += 1
            try body(
                Finding(
                    line: error.line, error: error.kind.rawValue,
                    cause: error.description + "; what follows it was not read"))
        }
    }

    private func finding(_ block: ItemBlock, _ offset: Int) -> Finding? {
        let index = block.firstIndex + offset
        var finding: Finding?
        do throws(RecordsError) {
            if let (found, expected) = block.raggedness(at: offset) {
                finding = Finding(
                    error: "ragged", cause: "the row has \(found) fields, the header \(expected)")
            } else {
                finding = check(try block.item(at: offset), index)
            }
        } catch {
            finding = Finding(error: error.kind.rawValue, cause: error.description)
        }
        finding?.index = index
        finding?.line = block.line(at: offset)
        return finding
    }

    private func check(_ item: Item, _ index: Int) -> Finding? {
        switch shaper.shape(item, index: index) {
        case .failure(let fault):
            return Finding(
                state: request.state, error: fault.error ?? "States.Runtime",
                cause: fault.cause ?? "")
        case .success(let input):
            guard runsChildren else { return nil }
            let facts = ExecutionFacts(
                facts, input: input, startTime: environment.scheduler.now, item: index)
            return Self.failure(request.plan, facts, environment)
        }
    }

    /// How a child fails before it calls anything.
    private static func failure(
        _ plan: Plan, _ facts: ExecutionFacts, _ environment: EngineEnvironment
    ) -> Finding? {
        var waiting: WaitingExecution
        switch Execution.advance(plan, facts: facts, environment: environment) {
        case .ended(let outcome): return Finding(outcome)
        case .waits(let execution): waiting = execution
        }
        while true {
            switch waiting.suspension {
            case .wait(let time):
                waiting.session.now = max(waiting.session.now, time)
                waiting.frame.stage = .resume(.waited)
            case .retry(let time):
                waiting.session.now = max(waiting.session.now, time)
                waiting.frame.stage = .resume(.retry)
            // Whoever runs so long without a task may do so for ever.
            case .turn, .task, .children, .mapRun: return nil
            }
            switch waiting.frame.advance(&waiting.session) {
            case .suspended(let suspension): waiting.suspension = suspension
            case .finished: return nil
            case .failed(let fault):
                return Finding(
                    ExecutionOutcome(
                        .failed(fault), &waiting.session, after: waiting.frame.lastEvent))
            }
        }
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

/// Keeps the first Map Run that an execution comes to, and does not start it.
private final class ArrivalNote: MapRunLauncher {
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
                + "check the Map's input with a workflow that starts at the Map")
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
