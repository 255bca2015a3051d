import JSON
import Journal
import MaprunTesting
import Records
import Scheduling
import StatesLanguage
import Synchronization
import Testing

@testable import Engine

/// Map Runs whose outcomes are taken more slowly than they come.
@Suite(.timeLimit(.minutes(2))) struct BackPressureTests {
    @Test func reliefThatComesBeforeItIsAwaitedIsNotLost() throws {
        let scheduler = VirtualScheduler()
        let outcome = try run(
            .array((0..<5000).map { .int($0) }), on: scheduler, Launcher(scheduler),
            until: { scheduler.run() })
        #expect(outcome?.status == .succeeded)
    }

    /// With one child at a time a worker that asks for one in vain holds the only place: whoever is
    /// woken meanwhile for what has come finds no room.
    @Test func whatComesWhileAWorkerAsksForItIsRun() throws {
        let scheduler = TwoWorkers()
        let outcome = try run(
            [1, 2, 3], fields: "\"MaxConcurrency\": 1,", on: scheduler, LateLauncher(scheduler),
            until: { scheduler.turns.run() })
        #expect(outcome?.output == [1, 2, 3])
    }

    /// Runs a distributed Map of one Pass state over an array.
    private func run(
        _ input: Value, fields: String = "", on scheduler: any Scheduler,
        _ mapRuns: any MapRunLauncher, until quiet: () -> Void
    ) throws -> ExecutionOutcome? {
        let definition = """
            {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, \(fields)
              "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED",
                "ExecutionType": "EXPRESS"}, "StartAt": "P",
                "States": {"P": {"Type": "Pass", "End": true}}}}}}
            """
        let machine = try #require(StateMachine.decode(definition).machine)
        let facts = ExecutionFacts(
            machine: ExecutionFacts.Machine(name: "m"), input: input, startTime: scheduler.now)
        let outcome = Mutex<ExecutionOutcome?>(nil)
        Execution.start(
            Plan(machine.workflow), facts: facts,
            environment: EngineEnvironment(
                scheduler: scheduler, tasks: RecordedTasks([:]), mapRuns: mapRuns)
        ) { ended in outcome.withLock { $0 = ended } }
        quiet()
        return outcome.withLock { $0 }
    }

    /// Says that it has two workers.
    private final class TwoWorkers: Scheduler {
        let turns = VirtualScheduler()
        let workerCount = 2
        var now: Int { turns.now }
        func enqueue(_ job: any Job) { turns.enqueue(job) }
        func wake(at time: Int, _ action: @escaping @Sendable () -> Void) -> TimerToken {
            turns.wake(at: time, action)
        }
    }

    /// Has nothing at first; what comes then is told before the first who asks has his answer.
    private final class LateFeed: ChildFeed {
        private let feed: DirectFeed
        private let isFirst = Mutex(true)
        private let tell: @Sendable () -> Void

        init(_ feed: DirectFeed, tell: @escaping @Sendable () -> Void) {
            self.feed = feed
            self.tell = tell
        }

        func take() -> FeedAnswer {
            let isFirst = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            guard isFirst else { return feed.take() }
            tell()
            return .later
        }

        func stop() { feed.stop() }
        var progress: ReadingProgress { feed.progress }
        var waiting: [any ChildBlock] { [] }
    }

    private struct LateLauncher: MapRunLauncher {
        let scheduler: TwoWorkers

        init(_ scheduler: TwoWorkers) { self.scheduler = scheduler }

        func launch(
            _ request: MapRunRequest,
            onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
        ) -> TaskCancellation? {
            let machine = request.childMachine
            let run = MapRun(
                request, machine: machine,
                environment: EngineEnvironment(scheduler: scheduler, tasks: RecordedTasks([:])),
                storage: MemoryStorage(writer: nil, machine: machine), onEnd: onEnd)
            let opening = ItemSourceOpening(folder: { _ in nil }, maximumRecordBytes: 1 << 20)
            guard let reader = try? opening.open(request) else { return nil }
            let source = request.childSource(reader, skip: 0, splits: nil)
            let feed = LateFeed(DirectFeed(source)) { [scheduler] in
                // The other worker finds no room, and neither does the one that is woken.
                scheduler.turns.run()
                run.wakePumps()
                scheduler.turns.run()
            }
            run.begin(feed, selected: nil)
            return nil
        }
    }

    /// Runs distributed Maps on a storage that is always full.
    private struct Launcher: MapRunLauncher {
        let scheduler: VirtualScheduler

        init(_ scheduler: VirtualScheduler) { self.scheduler = scheduler }

        func launch(
            _ request: MapRunRequest,
            onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
        ) -> TaskCancellation? {
            let storage = FullStorage(request.childMachine)
            let run = MapRun(
                request, machine: request.childMachine,
                environment: EngineEnvironment(scheduler: scheduler, tasks: RecordedTasks([:])),
                storage: storage, observer: nil, onEnd: onEnd)
            storage.onRelief { run.relieved() }
            let opening = ItemSourceOpening(folder: { _ in nil }, maximumRecordBytes: 1 << 20)
            guard let reader = try? opening.open(request) else { return nil }
            let source = request.childSource(reader, skip: 0, splits: nil)
            run.begin(DirectFeed(source), selected: nil)
            return nil
        }
    }

    /// Has no room after any batch, and room again before anybody can have asked for it.
    private final class FullStorage: MapRunStorage {
        private let storage: MemoryStorage
        private let relief = Mutex<(@Sendable () -> Void)?>(nil)

        init(_ machine: ExecutionFacts.Machine) {
            storage = MemoryStorage(writer: nil, machine: machine)
        }

        func onRelief(_ action: @escaping @Sendable () -> Void) { relief.withLock { $0 = action } }

        func commit(_ batch: any OutcomeBatch) -> Bool {
            _ = storage.commit(batch)
            requestRelief()
            return false
        }

        func requestRelief() { relief.withLock { $0 }?() }

        func isFinished(_ index: Int) -> Bool { false }
        func replay(of index: Int) -> ReplayLog? { nil }
        func noteStarted(_ child: ExecutionFacts, _ identity: ItemIdentity) {}
        func noteStarted(
            _ child: ExecutionFacts, _ identity: ItemIdentity,
            written: @escaping @Sendable () -> Void
        ) { written() }
        var splits: BatchSplits? { nil }
        var redrives: ChildRedrives? { nil }
        func noteSplit(_ first: Int, count: Int) {}
        func needsInput(_ status: ItemStatus) -> Bool { false }
        var hasFinished: Bool { storage.hasFinished }
        var takesText: Bool { storage.takesText }
        func makeBatch() -> any OutcomeBatch { storage.makeBatch() }
        func seal(total: Int) { storage.seal(total: total) }
        func note(_ update: MapRunUpdate, written: @escaping @Sendable () -> Void) { written() }
        var resultsWritten: (children: Int, items: Int) { storage.resultsWritten }
        func finish(
            _ end: MapRunEnd, at time: Int,
            completion: @escaping @Sendable (Result<Value, StateFault>) -> Void
        ) { storage.finish(end, at: time, completion: completion) }
    }
}
