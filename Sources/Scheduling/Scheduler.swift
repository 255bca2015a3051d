/// Work that a scheduler runs on one of its workers. Must not block.
public protocol Job: AnyObject, Sendable {
    /// Does the work that is ready; called by one worker at a time for each time it was enqueued.
    func run()
}

/// Runs jobs on a bounded number of workers and wakes them at given times.
public protocol Scheduler: Sendable {
    /// How many jobs run at the same time at the most.
    var workerCount: Int { get }

    /// The present in milliseconds since 1970.
    var now: Int { get }

    /// Whether jobs wait although all workers are busy: one that runs for long should let them.
    var isCrowded: Bool { get }

    /// Lets a worker run the job soon.
    func enqueue(_ job: any Job)

    /// Calls `action` on a worker once the present reaches `time` (milliseconds since 1970).
    @discardableResult
    func wake(at time: Int, _ action: @escaping @Sendable () -> Void) -> TimerToken
}

extension Scheduler {
    /// Schedulers that run everything in turn have no need to tell.
    public var isCrowded: Bool { false }

    /// Lets a worker do some work soon.
    public func enqueue(_ work: @escaping @Sendable () -> Void) { enqueue(Work(work)) }
}

/// Work that is no object of its own.
private final class Work: Job {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func run() { body() }
}

/// Cancels a timer; dropping it does not.
public final class TimerToken: Sendable {
    private let cancellation: @Sendable () -> Void

    /// A token whose `cancel` calls `cancellation`.
    public init(_ cancellation: @escaping @Sendable () -> Void) {
        self.cancellation = cancellation
    }

    /// Makes sure that the timer does not fire any more, unless it is firing already.
    public func cancel() { cancellation() }
}
