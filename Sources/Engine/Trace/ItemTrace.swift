import JSON
import Journal
import Records
import Scheduling
import StatesLanguage
import Synchronization

/// Runs a workflow once, for real, and tells of each state: up to a distributed Map, and from there
/// on for one of its items. Nothing is kept.
package final class ItemTrace: MapRunLauncher {
    /// Something to tell.
    package enum Event: Sendable {
        /// A state has come to something.
        case state(TraceNote)
        /// The item to trace was found.
        case item(TracedItem)
    }

    /// How it ended.
    package enum End: Sendable {
        /// The execution, or the item's, ended.
        case ended(ExecutionOutcome)
        /// The item could not be traced.
        case failed(RunError)
    }

    private let plan: Plan
    private let map: String?
    private let target: TracedItem.Target?
    private let options: RunOptions
    private let surroundings: Run.Surroundings
    private let others: MapRunner
    private let opening: ItemSourceOpening
    private let parent: ExecutionTracer
    private let child: ExecutionTracer
    private let tell: @Sendable (Event) -> Void
    private let onEnd: @Sendable (End) -> Void
    private let kept = Mutex<Kept>(Kept())

    private struct Kept: ~Copyable {
        var hasEnded = false
        var hasLaunched = false
    }

    /// A trace of this target; `map` is the Map whose item is traced, the first that is come to
    /// unless given. Events are told in order, from one thread at a time for each execution.
    package init(
        _ options: RunOptions, machine: StateMachine, surroundings: Run.Surroundings,
        target: TracedItem.Target?, map: String?, tell: @escaping @Sendable (Event) -> Void,
        onEnd: @escaping @Sendable (End) -> Void
    ) {
        self.options = options
        self.surroundings = surroundings
        self.target = target
        self.map = map
        self.tell = tell
        self.onEnd = onEnd
        let numbers = ExecutionTracer.TraceNumbers()
        let index = TracedItem.IndexBox()
        parent = ExecutionTracer(item: { nil }, numbers: numbers) { tell(.state($0)) }
        child = ExecutionTracer(item: { index.value }, numbers: numbers) { tell(.state($0)) }
        self.index = index
        let workflow = machine.workflow.observed(by: parent) { [child] name in
            map == nil || map == name ? child : nil
        }
        plan = Plan(workflow)
        opening = ItemSourceOpening(
            folder: surroundings.folder, maximumRecordBytes: surroundings.maximumRecordBytes)
        var configuration = MapRunner.Configuration(folder: surroundings.folder)
        configuration.failed = { onEnd(.failed($0)) }
        others = MapRunner(
            scheduler: surroundings.scheduler, tasks: surroundings.tasks,
            configuration: configuration)
    }

    private let index: TracedItem.IndexBox

    /// Begins; the trace has to be kept until its end.
    package func begin() {
        let facts = options.facts(run: nil, startTime: surroundings.scheduler.now)
        Execution.start(plan, facts: facts, environment: environment(parent)) { [self] outcome in
            guard target == nil || kept.withLock({ $0.hasLaunched }) else {
                let why = outcome.error.map { ": \($0): \(outcome.cause ?? "")" } ?? ""
                return end(
                    .failed(
                        RunError(
                            .notFound,
                            "the execution ended as \(outcome.status.rawValue) before it came to "
                                + (map.map { "Map '\($0)'" } ?? "a distributed Map") + why)))
            }
            end(.ended(outcome))
        }
    }

    private func environment(_ tracer: ExecutionTracer) -> EngineEnvironment {
        EngineEnvironment(
            scheduler: surroundings.scheduler, tasks: surroundings.tasks, mapRuns: self,
            tracer: tracer)
    }

    private func end(_ end: End) {
        let isFirst = kept.withLock { kept in
            defer { kept.hasEnded = true }
            return !kept.hasEnded
        }
        if isFirst { onEnd(end) }
    }

    package func launch(
        _ request: MapRunRequest, onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
    ) -> TaskCancellation? {
        let isTraced = request.parent.item == nil && (map == nil || map == request.state)
        guard isTraced else {
            if request.writer?.bucket != nil {
                end(.failed(Self.exporting(request.state, map)))
                return nil
            }
            return others.launch(request, onEnd: onEnd)
        }
        let isFirst = kept.withLock { kept in
            defer { kept.hasLaunched = true }
            return !kept.hasLaunched
        }
        if isFirst { trace(request) }
        return nil
    }

    private static func exporting(_ state: String, _ map: String?) -> RunError {
        RunError(
            .notSelectable,
            "Map '\(state)' would write its results with a ResultWriter, and a trace keeps "
                + "nothing; trace a workflow that starts behind it")
    }

    private func trace(_ request: MapRunRequest) {
        guard let target else {
            return end(
                .failed(
                    RunError(
                        .notSelectable,
                        "the execution has come to Map '\(request.state)', whose items are traced "
                            + "one at a time; choose one with --item INDEX, or by its key with "
                            + "--key COLUMN --item KEY")))
        }
        do throws(RecordsError) {
            let search = ItemSearch(request: request, opening: opening, tracer: child)
            switch try search.find(target) {
            case .found(let item): start(item, request)
            case .missing(let error): end(.failed(error))
            }
        } catch {
            end(.failed(RunError(.notFound, error.description)))
        }
    }

    private func start(_ item: TracedItem, _ request: MapRunRequest) {
        index.value = item.index
        tell(.item(item))
        let now = surroundings.scheduler.now
        switch item.input {
        case .failure(let fault):
            let failed = FinishedItem.failed(
                item.index, started: now, stopped: now, error: fault.error.map { Text($0) },
                cause: fault.cause.map { Text($0) }, state: Text(request.state))
            end(.ended(ExecutionOutcome(failed)))
        case .success(let input):
            let facts = ExecutionFacts(
                ExecutionFacts.SharedMachine(request.childMachine), input: input, startTime: now,
                item: item.index)
            Execution.start(request.plan, facts: facts, environment: environment(child)) {
                self.end(.ended($0))
            }
        }
    }
}
