import Synchronization

/// Decides when calls may start. Those that may not yet wait in order and hold no thread.
public final class CallGate: Sendable {
    private struct State: ~Copyable {
        var bucket: TokenBucket?
        /// Tickets in order, from `head` on; those that were given back still lie between.
        var queue: [CallTicket?] = []
        var head = 0
        var waiting = 0
        var timer: TimerToken?
        var armedFor = Int.max
    }

    private let scheduler: any Scheduler
    private let state = Mutex(State())
    private let limits = Atomic<Bool>(false)

    /// A gate on this clock that lets calls pass at a rate; at any if it is nil.
    public init(_ scheduler: any Scheduler, rate: Rate? = nil) {
        self.scheduler = scheduler
        self.rate = rate
    }

    /// Whether there is anything to ask for.
    public var isLimited: Bool { limits.load(ordering: .relaxed) }

    /// How many calls wait.
    public var waitingCount: Int { state.withLock { $0.waiting } }

    /// How many places the queue takes up, those of calls that passed included.
    package var queueLength: Int { state.withLock { $0.queue.count } }

    /// How many calls may start in a time; nil for any number. A change holds for calls that wait.
    public var rate: Rate? {
        get { state.withLock { $0.bucket?.rate } }
        set {
            let granted = state.withLock { state in
                state.bucket = newValue.map { TokenBucket($0, now: scheduler.now) }
                limits.store(newValue != nil, ordering: .relaxed)
                return pass(&state)
            }
            for proceed in granted { proceed() }
        }
    }

    /// Asks for leave to make a call. If the ticket is not granted at once, `proceed` is called, on
    /// any thread, when it is.
    public func ask(_ proceed: @escaping @Sendable () -> Void) -> CallTicket {
        let ticket = CallTicket(self)
        state.withLock { state in
            if state.waiting == 0, isOpen(&state) { return }
            ticket.state = .waiting(proceed)
            state.queue.append(ticket)
            state.waiting += 1
            arm(&state)
        }
        return ticket
    }

    func isGranted(_ ticket: CallTicket) -> Bool {
        state.withLock { _ in
            if case .granted = ticket.state { return true }
            return false
        }
    }

    func takeBack(_ ticket: CallTicket) {
        state.withLock { state in
            if case .waiting = ticket.state { state.waiting -= 1 }
            ticket.state = .returned
        }
    }

    /// Whether one more call may start now; it counts as started.
    private func isOpen(_ state: inout State) -> Bool {
        state.bucket?.take(at: scheduler.now, whileOthersWait: state.waiting > 0) ?? true
    }

    /// Lets those pass that may, and says what they are to be told without the lock.
    private func pass(_ state: inout State) -> [@Sendable () -> Void] {
        var granted: [@Sendable () -> Void] = []
        while let ticket = next(&state), isOpen(&state) {
            state.queue[state.head] = nil
            state.head += 1
            state.waiting -= 1
            if case .waiting(let proceed) = ticket.state { granted.append(proceed) }
            ticket.state = .granted
        }
        if state.head > 4096, state.head > state.queue.count / 2 {
            state.queue.removeFirst(state.head)
            state.head = 0
        }
        arm(&state)
        return granted
    }

    /// The first that still waits.
    private func next(_ state: inout State) -> CallTicket? {
        while state.head < state.queue.count {
            if let ticket = state.queue[state.head], case .waiting = ticket.state { return ticket }
            state.head += 1
        }
        state.queue.removeAll(keepingCapacity: state.queue.count < 4096)
        state.head = 0
        return nil
    }

    /// Sees to it that somebody looks when the next call may start. Timers are set under the lock,
    /// as otherwise a later one could take the place of an earlier one; they call nobody back there.
    private func arm(_ state: inout State) {
        let time = state.waiting > 0 ? state.bucket?.nextTime : nil
        guard time != state.armedFor || state.timer == nil else { return }
        state.timer?.cancel()
        state.armedFor = time ?? .max
        state.timer = time.map { time in
            scheduler.wake(at: time) { [weak self] in self?.timeCame(time) }
        }
    }

    private func timeCame(_ time: Int) {
        let granted = state.withLock { state -> [@Sendable () -> Void] in
            if state.armedFor == time { state.timer = nil }
            return pass(&state)
        }
        for proceed in granted { proceed() }
    }
}
