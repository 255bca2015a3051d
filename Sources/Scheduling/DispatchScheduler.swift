import CBytes
@preconcurrency import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The scheduler of real runs: as many worker loops on Dispatch as there are cores, each running
/// batches of jobs, and one timer source for all waits.
///
/// Jobs never block, so Dispatch never sees a reason to start more threads than workers.
public final class DispatchScheduler: Scheduler {
    private struct State: ~Copyable {
        var queue = RunQueue()
        var activeWorkers = 0
    }

    private static let batchSize = 64

    public let workerCount: Int
    private let state = Mutex(State())
    private let workers = DispatchQueue(label: "maprun.workers", attributes: .concurrent)
    private let timers: DispatchTimers

    /// A scheduler with `workerCount` workers; by default one for each core.
    public init(workerCount: Int? = nil) {
        self.workerCount = max(1, workerCount ?? Self.coreCount)
        timers = DispatchTimers()
    }

    /// The number of cores this process may use.
    public static var coreCount: Int { Int(cbytes_core_count()) }

    public var now: Int { DispatchTimers.now }

    public func enqueue(_ job: any Job) {
        let startsWorker = state.withLock { state in
            state.queue.append(job)
            guard state.activeWorkers < workerCount else { return false }
            state.activeWorkers += 1
            return true
        }
        if startsWorker { workers.async { self.work() } }
    }

    public var isCrowded: Bool { state.withLock { !$0.queue.isEmpty } }

    private func work() {
        var batch: [any Job] = []
        while true {
            state.withLock { state in
                // Its share of what waits, so that other workers find something too: a job may
                // run for as long as there are items.
                let share = (state.queue.count + state.activeWorkers - 1) / state.activeWorkers
                state.queue.take(min(share, Self.batchSize), into: &batch)
                if batch.isEmpty { state.activeWorkers -= 1 }
            }
            if batch.isEmpty { return }
            for job in batch { job.run() }
            batch.removeAll(keepingCapacity: true)
            letMoreCome()
        }
    }

    /// Lets others have the processor for a moment when there is nothing to do: more jobs mostly
    /// come at once, and to wake a thread for each costs more than many jobs do.
    private func letMoreCome() {
        for _ in 0..<Self.yields where state.withLock({ $0.queue.isEmpty }) { sched_yield() }
    }

    private static let yields = 3

    @discardableResult
    public func wake(at time: Int, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        timers.wake(at: time, action)
    }
}

/// One Dispatch timer source over a heap of deadlines.
final class DispatchTimers: Sendable {
    private struct State: ~Copyable {
        var heap = TimerHeap<@Sendable () -> Void>()
        var armedFor = Int.max
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "maprun.timers")
    private let source: any DispatchSourceTimer

    init() {
        source = DispatchSource.makeTimerSource(queue: queue)
        source.setEventHandler { [weak self] in self?.fire() }
        source.schedule(deadline: .distantFuture)
        source.activate()
    }

    deinit { source.cancel() }

    /// Milliseconds since 1970.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    func wake(at time: Int, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        let id = state.withLock { state in
            let id = state.heap.add(at: time, action)
            if time < state.armedFor { arm(&state) }
            return id
        }
        return TimerToken { [weak self] in self?.state.withLock { $0.heap.cancel(id) } }
    }

    private func fire() {
        let due = state.withLock { state in
            let due = state.heap.takeDue(at: Self.now)
            arm(&state)
            return due
        }
        for action in due { action() }
    }

    private func arm(_ state: inout State) {
        guard let next = state.heap.nextTime() else {
            state.armedFor = .max
            source.schedule(deadline: .distantFuture)
            return
        }
        state.armedFor = next
        // A Dispatch deadline counts nanoseconds in 64 bits; a far one is armed again on the way.
        let delay = min(max(next - Self.now, 0), 86_400_000)
        source.schedule(
            deadline: .now() + .milliseconds(delay), leeway: .milliseconds(delay > 1000 ? 5 : 0))
    }
}
