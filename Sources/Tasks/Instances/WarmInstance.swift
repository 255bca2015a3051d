import Engine
import Glibc
import JSON
import StatesLanguage

/// One running program of a pool: what it was sent, what it has answered, and its end.
///
/// It answers in order, so the first unanswered invocation is the one it works on; the others
/// have not begun, and go to another instance when this one ends.
final class WarmInstance: @unchecked Sendable {
    // Proof: made and used on the event loop's thread only.
    private let settings: InstanceSettings
    private let wire: any Wire
    private let host: ProcessHost
    private var child: ChildProcess?
    private var outstanding = Queue<Invocation>()
    private var log: InstanceLog
    private var pace = InstancePace()
    private var isReady = false
    private var timer: Deadline?
    private var supply = Supply.idle
    private var hasTurn = false
    private var shouldEnd = false
    /// The beginning of what it printed without a document to answer.
    private var unasked: [UInt8] = []
    /// The instance can take more, or is gone: the pool looks at its queue.
    private let changed: (WarmInstance) -> Void
    /// The instance is gone; these were sent to it and have not begun.
    private let ended: (WarmInstance, [Invocation]) -> Void

    init(
        settings: InstanceSettings, host: ProcessHost,
        changed: @escaping (WarmInstance) -> Void,
        ended: @escaping (WarmInstance, [Invocation]) -> Void
    ) {
        self.settings = settings
        self.host = host
        wire = settings.makeWire()
        log = InstanceLog(writer: settings.log)
        self.changed = changed
        self.ended = ended
    }

    var outstandingCount: Int { outstanding.count }
    var isStarting: Bool { child == nil }
    /// Whether its function answers so quickly that it takes turns with others.
    var takesTurns: Bool { pace.isQuick && wire.depth.isAdaptive }
    var takesMore: Bool { child != nil && !shouldEnd && outstanding.count < depth }

    /// How many invocations may be under way to it.
    var depth: Int {
        switch wire.depth {
        case .fixed(let depth): depth
        case .adaptive(let limit): pace.depth(limit: limit)
        }
    }

    /// Starts the program; `failed` is called instead of anything else if that is impossible.
    func start(failed: @escaping @Sendable (StartFailure) -> Void) {
        var program = settings.program
        do {
            let variables = try wire.open(on: host.loop) { [unowned self] in handle([$0]) }
            program.environment.merge(variables) { _, new in new }
        } catch {
            return host.loop.submit { failed(error) }
        }
        host.start(program, layout: wire.layout) { [self] started in
            switch started {
            case .success(let child): adopt(child)
            case .failure(let failure):
                wire.close()
                failed(failure)
            }
        }
    }

    private func adopt(_ child: ChildProcess) {
        self.child = child
        child.onOutput = { [unowned self] in receive($0) }
        child.onLog = { [unowned self] in receiveLog($0) }
        child.onExit = { [self] in exited($0) }
        if shouldEnd { child.end(.dismiss(grace: settings.grace)) }
        changed(self)
    }

    func send(_ batch: [Invocation]) {
        let fault = outstanding.isEmpty ? surplusOutput() : nil
        if outstanding.isEmpty { pace.begin() }
        for invocation in batch { outstanding.append(invocation) }
        if let fault { return breakOff(fault) }
        child?.send { out in
            for invocation in batch { wire.encode(invocation, to: &out) }
        }
        if timer == nil { armTimer() }
        updateSupply()
    }

    private func updateSupply() {
        let new = pace.supply(outstanding.count)
        host.loop.noteSupply(from: supply, to: new)
        supply = new
        let takesTurn = pace.isQuick && new != .idle
        if takesTurn != hasTurn { host.loop.turns.note(isRunning: takesTurn) }
        hasTurn = takesTurn
    }

    /// Ends the instance if the invocation is the one it works on, as far as one can see.
    func abandon(_ invocation: Invocation) {
        guard outstanding.first === invocation else { return }
        child?.readOutput()
        guard outstanding.first === invocation else { return }
        stop()
    }

    /// Lets the instance finish what it was sent and end.
    func dismiss() {
        shouldEnd = true
        child?.end(.dismiss(grace: settings.grace))
    }

    private func stop() {
        shouldEnd = true
        child?.end(.stop(grace: settings.grace))
    }

    /// The fault of what was printed since the last answer. Another line, sent a document now, would
    /// pass for the answer to it.
    private func surplusOutput() -> StateFault? {
        guard let line = wire.unendedLine else { return nil }
        child?.glanceAtOutput()
        unasked.insert(contentsOf: line.prefix(Surplus.longestExcerpt), at: 0)
        return unasked.isEmpty ? nil : unaskedFault(Self.excerpt(unasked))
    }

    private func unaskedFault(_ text: String) -> StateFault {
        settings.faults.surplusAnswer(
            pace.hasAnswered ? .late(text) : .early(text), logTail: readTail())
    }

    private static func excerpt(_ printed: [UInt8]) -> String {
        String(decoding: printed.prefix(Surplus.longestExcerpt), as: UTF8.self)
    }

    private func receive(_ bytes: UnsafeBufferPointer<UInt8>) {
        if outstanding.isEmpty, wire.unendedLine != nil {
            return unasked.append(
                contentsOf: bytes.prefix(Surplus.longestExcerpt - unasked.count))
        }
        // A copy: the line itself may be long, and grows in place.
        let beginning = Array((wire.unendedLine ?? []).prefix(Surplus.longestExcerpt))
        var events: [WireEvent] = []
        wire.decode(bytes, logTail: readTail) { events.append($0) }
        handle(events) { Self.excerpt(beginning + bytes.prefix(Surplus.longestExcerpt)) }
    }

    private func handle(_ events: [WireEvent], printed: () -> String = { "" }) {
        var answers: [Answer] = []
        var broken: StateFault?
        for event in events {
            switch event {
            case .ready:
                isReady = true
                pace.begin()
                // The time to start up no longer counts.
                timer?.cancel()
                timer = nil
                if !outstanding.isEmpty { armTimer() }
            case .answer(let answer): answers.append(answer)
            case .broken(let fault): broken = fault
            }
        }
        if answers.count > outstanding.count {
            broken = refuse(&answers, printed())
        } else if answers.count == 1, isUnread {
            broken = unaskedFault(printed())
            answers = []
        }
        for answer in answers { settleFirst(answer) }
        if let broken { breakOff(broken) }
        guard !answers.isEmpty else { return }
        pace.answered(answers.count)
        updateSupply()
        changed(self)
        host.loop.turns.passOn()
    }

    /// More answers than questions: the last question must be the one answered twice, unless an
    /// earlier read has settled it.
    private func refuse(_ answers: inout [Answer], _ printed: String) -> StateFault {
        let fault = settings.faults.surplusAnswer(.together(printed), logTail: log.tailText)
        answers.removeLast(answers.count - outstanding.count)
        if !answers.isEmpty { answers[answers.count - 1].outcome = .failure(fault) }
        return fault
    }

    /// Whether the only document under way, but for the end of its line, has not been read, so that
    /// what came is no answer to it.
    private var isUnread: Bool {
        guard outstanding.count == 1, wire.unendedLine != nil, let child else { return false }
        return child.unreadCount > 1
    }

    /// Fails the invocation it works on and ends it: later output cannot be matched with documents.
    private func breakOff(_ fault: StateFault) {
        child?.onOutput = nil
        outstanding.first?.settle(.failure(fault))
        stop()
    }

    private func readTail() -> String {
        child?.readLog()
        return log.tailText
    }

    private func settleFirst(_ answer: Answer) {
        if answer.isLogged || outstanding.count == 1 { child?.readLog() }
        guard let invocation = outstanding.popFirst() else { return }
        if outstanding.isEmpty && !answer.isLogged { log.end(of: invocation) }
        invocation.settle(answer.outcome)
        if answer.isFinal { dismiss() }
    }

    private func receiveLog(_ bytes: UnsafeBufferPointer<UInt8>) {
        log.feed(bytes, running: outstanding.first) { mark in
            outstanding.first { $0.requestId.text.utf8.elementsEqual(mark) }
        }
    }

    private func armTimer() {
        let limit = settings.timeout + (isReady ? 0 : settings.startTimeout)
        let left = pace.began + limit - MonotonicTime.now
        timer = host.loop.after(max(0, left)) { [weak self] in self?.timerFired() }
    }

    /// The timer is set once for many invocations: mostly the one it was set for is long done.
    private func timerFired() {
        timer = nil
        child?.readOutput()
        guard let running = outstanding.first, !shouldEnd, timer == nil else { return }
        let limit = settings.timeout + (isReady ? 0 : settings.startTimeout)
        guard MonotonicTime.now >= pace.began + limit else { return armTimer() }
        child?.readLog()
        var fault = settings.faults.timedOut(
            after: settings.timeout, running.requestId, logTail: log.tailText)
        fault.loss = .time
        running.settle(.failure(fault))
        stop()
    }

    private func exited(_ status: ExitStatus) {
        timer?.cancel()
        wire.close()
        // What was behind an invocation for which it was ended has hardly begun: it is not to blame.
        if let running = outstanding.first, running.isSettled || !shouldEnd {
            _ = outstanding.popFirst()
            var fault = settings.faults.ended(status, running.requestId, logTail: log.tailText)
            // One that does not even start up would end so with any item.
            if isReady || !wire.announcesReady { fault.loss = .worker }
            log.end(of: running)
            running.settle(.failure(fault))
        }
        shouldEnd = true
        let unbegun = outstanding.removeAll()
        updateSupply()
        ended(self, unbegun)
        host.loop.turns.passOn()
    }
}
