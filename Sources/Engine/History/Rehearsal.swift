import JSON
import Scheduling
import StatesLanguage
import Synchronization

/// Answers an execution's questions to the outside from what a journal has of them, each at the
/// time at which the answer came, so that the execution goes its old way again.
///
/// Nothing is done: what has no answer yet is left open.
final class Rehearsal: Sendable {
    private let log: Mutex<ReplayLog>
    private let started = Mutex<[MapRunRequest]>([])

    init(_ log: ReplayLog) { self.log = Mutex(log) }

    func take(path: String, sequence: Int, state: Key) -> ReplayedEvent? {
        log.withLock { $0.take(path: path, sequence: sequence, state: state) }
    }

    /// The Map Runs that the execution has come to.
    var mapRuns: [MapRunRequest] { started.withLock { $0 } }

    func note(_ request: MapRunRequest) { started.withLock { $0.append(request) } }
}

/// Does nothing: in a rehearsal no task is ever started.
struct NoTasks: TaskHandler {
    func start(_ request: TaskRequest, completion: @escaping TaskCompletion) -> TaskCancellation? {
        nil
    }
}

/// Time that passes only from one thing to the next, up to the end of what is known.
final class RehearsalScheduler: Scheduler {
    private struct State: ~Copyable {
        var now: Int
        var jobs: [any Job] = []
        var timers = TimerHeap<@Sendable () -> Void>()
    }

    private let state: Mutex<State>
    let workerCount = 1

    init(now: Int) { state = Mutex(State(now: now)) }

    var now: Int { state.withLock { $0.now } }

    func enqueue(_ job: any Job) { state.withLock { $0.jobs.append(job) } }

    @discardableResult
    func wake(at time: Int, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        let id = state.withLock { $0.timers.add(at: time, action) }
        return TimerToken { [weak self] in self?.state.withLock { $0.timers.cancel(id) } }
    }

    /// Runs everything that happens up to `end`, or so many jobs and actions of it.
    func run(until end: Int, atMost limit: Int = .max) {
        var left = limit
        while left > 0 {
            while left > 0, let job = nextJob() {
                job.run()
                left -= 1
            }
            let due = nextActions(until: end)
            if due.isEmpty { return }
            for action in due { action() }
            left -= due.count
        }
    }

    private func nextJob() -> (any Job)? {
        state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }

    private func nextActions(until end: Int) -> [@Sendable () -> Void] {
        state.withLock { state in
            guard let time = state.timers.nextTime(), time <= end else { return [] }
            state.now = max(state.now, time)
            return state.timers.takeDue(at: state.now)
        }
    }
}
