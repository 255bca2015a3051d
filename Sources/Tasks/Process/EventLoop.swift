import CBytes
import Glibc
import Scheduling
import Synchronization

/// The one thread that does all input and output of child processes and notices their ends, so
/// that no Dispatch worker ever waits for one.
///
/// It lives as long as the process: a child with a parent-death signal dies with its thread.
final class EventLoop: @unchecked Sendable {
    // Proof: `inbox` has its lock; all else is only touched on the loop's own thread.
    private let poll = cbytes_poll_make()
    private let bell = cbytes_bell_make()
    private let inbox = Mutex<[@Sendable () -> Void]>([])
    private var handlers: [Int32: () -> Void] = [:]
    private var deadlines: [Deadline] = []
    /// How many children have so much work.
    private var supplied = (scarce: 0, ample: 0, plenty: 0)
    /// Whose turn it is where there are more instances than processors.
    let turns = Turns(processors: EventLoop.processors)
    /// Where documents of children are read into.
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)

    /// What to wait for on a descriptor.
    enum Interest: Int32 { case reading, writing, both }

    init() {
        watch(bell, for: .reading) { [unowned self] in ring() }
        PermanentThread.start { self.run() }
    }

    /// Runs `work` on the loop's thread, in the order of submission.
    func submit(_ work: @escaping @Sendable () -> Void) {
        let isFirst = inbox.withLock { jobs in
            jobs.append(work)
            return jobs.count == 1
        }
        guard isFirst else { return }
        cbytes_bell_ring(bell)
    }

    /// Calls `handler` whenever `fd` is ready, or has failed, until `forget`.
    func watch(_ fd: Int32, for interest: Interest, handler: @escaping () -> Void) {
        let failure = cbytes_poll_add(poll, fd, interest.rawValue)
        precondition(failure == 0, "descriptor \(fd) cannot be watched: errno \(failure)")
        handlers[fd] = handler
    }

    /// Stops watching `fd`; call before closing it.
    func forget(_ fd: Int32) {
        guard handlers.removeValue(forKey: fd) != nil else { return }
        cbytes_poll_remove(poll, fd)
    }

    /// Runs `action` after this many seconds unless the deadline is cancelled first.
    @discardableResult
    func after(_ seconds: Double, _ action: @escaping () -> Void) -> Deadline {
        let deadline = Deadline(at: MonotonicTime.now + seconds, action: action)
        let place = deadlines.firstIndex { $0.time > deadline.time } ?? deadlines.endIndex
        deadlines.insert(deadline, at: place)
        return deadline
    }

    /// A child changes from one supply of work to another.
    func noteSupply(from old: Supply, to new: Supply) {
        guard old != new else { return }
        count(old, -1)
        count(new, 1)
    }

    private func count(_ supply: Supply, _ change: Int) {
        switch supply {
        case .idle: break
        case .scarce: supplied.scarce += change
        case .ample: supplied.ample += change
        case .plenty: supplied.plenty += change
        }
    }

    private var busyChildren: Int { supplied.scarce + supplied.ample + supplied.plenty }

    /// How many processors no child is at work on.
    var unusedProcessors: Int { max(0, Self.processors - busyChildren) }

    /// Lets answers gather while every processor has a busy child and each of these has work for
    /// longer than that, or others would take the processor of one that has none: to wake up for
    /// each answer costs more than to read it, and takes the processor from the children.
    private func letAnswersGather() {
        let busy = busyChildren
        guard busy >= Self.processors,
            supplied.scarce == 0 || busy > max(Self.processors, supplied.scarce)
        else { return }
        usleep(supplied.plenty == busy ? Self.longGathering : Self.shortGathering)
    }

    private static let shortGathering: useconds_t = 100
    private static let longGathering: useconds_t = 500
    private static let processors = DispatchScheduler.coreCount

    private func ring() {
        var count: UInt64 = 0
        _ = read(bell, &count, 8)
        let jobs = inbox.withLock { jobs in
            let taken = jobs
            jobs.removeAll(keepingCapacity: true)
            return taken
        }
        for job in jobs { job() }
    }

    private func run() {
        var ready = [Int32](repeating: -1, count: 64)
        while true {
            let count = cbytes_poll_wait(poll, &ready, 64, millisecondsToWait())
            for fd in ready.prefix(Int(count)) { handlers[fd]?() }
            fireDeadlines()
            letAnswersGather()
        }
    }

    private func millisecondsToWait() -> Int32 {
        guard let next = deadlines.first else { return -1 }
        return Int32(max(0, min((next.time - MonotonicTime.now) * 1000 + 1, 1e9)))
    }

    private func fireDeadlines() {
        while let next = deadlines.first, next.isCancelled || next.time <= MonotonicTime.now {
            deadlines.removeFirst()
            if !next.isCancelled { next.action() }
        }
    }
}

/// How long a child can work before it needs the event loop.
enum Supply {
    case idle
    /// Less than a quarter of a millisecond.
    case scarce
    /// Less than a millisecond.
    case ample
    case plenty

    /// Work for so many seconds.
    init(seconds: Double) {
        self = seconds < 0.00025 ? .scarce : seconds < 0.001 ? .ample : .plenty
    }
}

/// A moment at which the event loop does something; belongs to the loop's thread.
final class Deadline {
    let time: Double
    fileprivate let action: () -> Void
    fileprivate var isCancelled = false

    fileprivate init(at time: Double, action: @escaping () -> Void) {
        self.time = time
        self.action = action
    }

    func cancel() { isCancelled = true }
}

/// Seconds on the clock that never jumps.
enum MonotonicTime {
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
