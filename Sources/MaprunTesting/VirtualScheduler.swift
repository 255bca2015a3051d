import Scheduling
import Synchronization

/// A scheduler that runs everything on the thread that calls `run`, one job after another, and
/// lets time pass only when nothing is left to do: an hour's wait takes no time.
public final class VirtualScheduler: Scheduler {
    private struct State: ~Copyable {
        var now: Int
        var jobs: [any Job] = []
        var timers = TimerHeap<@Sendable () -> Void>()
    }

    private let state: Mutex<State>
    public let workerCount = 1

    /// A scheduler whose time starts at `now` (milliseconds since 1970).
    public init(now: Int = 1_700_000_000_000) {
        state = Mutex(State(now: now))
    }

    public var now: Int { state.withLock { $0.now } }

    public func enqueue(_ job: any Job) { state.withLock { $0.jobs.append(job) } }

    @discardableResult
    public func wake(at time: Int, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        let id = state.withLock { $0.timers.add(at: time, action) }
        return TimerToken { [weak self] in self?.state.withLock { $0.timers.cancel(id) } }
    }

    /// Runs jobs, and then timers in order of time, until there is nothing left.
    ///
    /// - Returns: whether everything was done before `limit` (milliseconds since 1970).
    @discardableResult
    public func run(until limit: Int = .max) -> Bool {
        while true {
            while let job = nextJob() { job.run() }
            guard let actions = advance(limit) else { return state.withLock { $0.jobs.isEmpty } }
            if actions.isEmpty { return false }
            for action in actions { action() }
        }
    }

    private func nextJob() -> (any Job)? {
        state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }

    /// The actions due at the next time at which there are any; nil if there are no timers, none
    /// if the next time is beyond the limit.
    private func advance(_ limit: Int) -> [@Sendable () -> Void]? {
        state.withLock { state in
            guard let next = state.timers.nextTime() else { return nil }
            guard next <= limit else { return [] }
            state.now = max(state.now, next)
            return state.timers.takeDue(at: state.now)
        }
    }
}
