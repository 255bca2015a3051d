import Synchronization

/// Lets a run come to rest: nothing new is started, what runs is finished and saved.
public final class RunControl: Sendable {
    private struct State: ~Copyable {
        var isDraining = false
        var isStopping = false
        /// Tasks that have been started and whose results have not yet been taken in.
        var tasks = 0
    }

    private let state = Mutex(State())
    private let rests = Atomic<Bool>(false)

    /// A control of a run that is not asked to rest.
    public init() {}

    /// From now on executions that can be resumed start no tasks.
    func drain() { state.withLock { $0.isDraining = true } }

    /// From now on nothing is started, as the run ends before its time.
    func stop() {
        state.withLock { state in
            state.isDraining = true
            state.isStopping = true
        }
    }

    /// Whether the run is to end before its time.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Whether the run is to come to rest.
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// From now on no execution goes on: what it would do is left to the process that resumes it.
    func rest() { rests.store(true, ordering: .relaxed) }

    /// Whether the run has come to rest.
    var isResting: Bool { rests.load(ordering: .relaxed) }

    /// Whether no task is under way.
    var isIdle: Bool { state.withLock { $0.tasks == 0 } }

    /// Counts a task that is to start; false if it must not, as the execution can be resumed.
    func enter(isResumable: Bool) -> Bool {
        state.withLock { state in
            if state.isDraining && isResumable { return false }
            state.tasks += 1
            return true
        }
    }

    /// The results of so many tasks have been taken in.
    func leave(_ count: Int) { state.withLock { $0.tasks -= count } }
}
