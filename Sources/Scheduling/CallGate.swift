import Synchronization

/// Decides when calls may start. Those that may not yet wait in order and hold no thread.
public final class CallGate: Sendable {
    private struct State: ~Copyable {
        var bucket: TokenBucket?
        /// Before this time no call starts.
        var heldUntil = Int.min
        var window: CallWindow
        /// Calls that have started and not ended.
        var active = 0
        /// Tickets in order, from `head` on; those that were given back still lie between.
        var queue: [CallTicket?] = []
        var head = 0
        var waiting = 0
        var timer: TimerToken?
        var armedFor = Int.max
    }

    private let scheduler: any Scheduler
    private let state: Mutex<State>
    private let limits = Atomic<Bool>(false)

    /// A gate on this clock that lets calls pass at a rate, and so many be under way; nil lets any.
    public init(_ scheduler: any Scheduler, rate: Rate? = nil, most: Int? = nil) {
        self.scheduler = scheduler
        state = Mutex(State(window: CallWindow(most: most)))
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

    /// Lets no call start before this time, if one is given, and fewer at once from now on.
    public func holdBack(until time: Int?) {
        state.withLock { state in
            state.window.cut(active: state.active, startsAnew: time != nil)
            guard let time, time > state.heldUntil else { return }
            state.heldUntil = time
            arm(&state)
        }
    }

    /// A call has ended well.
    public func succeeded() { state.withLock { $0.window.succeeded() } }

    func takeBack(_ ticket: CallTicket) {
        let granted = state.withLock { state -> [@Sendable () -> Void] in
            defer { ticket.state = .returned }
            switch ticket.state {
            case .returned: return []
            case .waiting: state.waiting -= 1
            case .granted:
                state.active -= 1
                state.window.ended()
            }
            return state.waiting > 0 ? pass(&state) : []
        }
        for proceed in granted { proceed() }
    }

    /// Whether one more call may start now; it counts as started.
    private func isOpen(_ state: inout State) -> Bool {
        let now = scheduler.now
        guard now >= state.heldUntil, state.window.hasRoom(for: state.active),
            state.bucket?.take(at: now, whileOthersWait: state.waiting > 0) ?? true
        else { return false }
        state.active += 1
        return true
    }

    /// When the next that waits may start; nil if that is when another has ended.
    private func nextTime(_ state: borrowing State) -> Int? {
        guard state.waiting > 0, state.window.hasRoom(for: state.active) else { return nil }
        return max(state.heldUntil, state.bucket?.nextTime ?? Int.min)
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
        let time = nextTime(state)
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
