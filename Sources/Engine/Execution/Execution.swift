import JSON
import Scheduling
import StatesLanguage
import Synchronization

/// An execution that has to wait for something: a tree of suspended workflows and the mailbox
/// through which tasks and timers wake it.
///
/// News may come on any thread; only one worker at a time advances the tree.
public final class Execution: Job, @unchecked Sendable {
    // Proof: `session`, `executionTimer` and the boxes are touched only in `begin` and `run`,
    // and `Mailbox.isScheduled` lets only one thread be in either at a time.
    private struct Mailbox: ~Copyable {
        var news: [News] = []
        var isScheduled = true
        var hasEnded = false
    }

    private let mailbox = Mutex(Mailbox())
    let environment: EngineEnvironment
    var session: Session
    let root: FrameBox
    private let onEnd: @Sendable (ExecutionOutcome) -> Void
    private var executionTimer: TimerToken?

    /// Takes over a workflow that has just suspended.
    init(
        _ waiting: consuming WaitingExecution, onEnd: @escaping @Sendable (ExecutionOutcome) -> Void
    ) {
        environment = waiting.session.environment
        root = FrameBox(waiting.frame, pending: waiting.suspension, slot: 0)
        session = waiting.session
        self.onEnd = onEnd
    }

    /// Starts what the workflow waits for. Called once, by the worker that created it.
    func begin() {
        if let seconds = root.frame.plan.timeoutSeconds {
            // A redrive gives it all of its time anew.
            let start = session.facts.redrives?.time ?? session.facts.startTime
            let time = start + seconds * 1000
            executionTimer = environment.scheduler.wake(at: time) {
                self.deliver(News(content: .executionTimedOut))
            }
        }
        arm(root)
        finishTurn()
    }

    /// Ends the execution from outside; running tasks are cancelled.
    public func stop(_ fault: StateFault) { deliver(News(content: .stopped(fault))) }

    func deliver(_ news: News) {
        let wakes = mailbox.withLock { mailbox in
            guard !mailbox.hasEnded else { return false }
            mailbox.news.append(news)
            guard !mailbox.isScheduled else { return false }
            mailbox.isScheduled = true
            return true
        }
        if wakes { environment.scheduler.enqueue(self) }
    }

    public func run() {
        if environment.control?.isResting ?? false { return }
        let news = mailbox.withLock { mailbox in
            let news = mailbox.news
            mailbox.news.removeAll(keepingCapacity: true)
            return news
        }
        session.transitions = 0
        for item in news { process(item) }
        finishTurn()
    }

    private func finishTurn() {
        if session.releasedTasks > 0 { environment.control?.leave(session.releasedTasks) }
        session.releasedTasks = 0
        let again = mailbox.withLock { mailbox in
            mailbox.isScheduled = !mailbox.news.isEmpty && !mailbox.hasEnded
            return mailbox.isScheduled
        }
        if again { environment.scheduler.enqueue(self) }
    }

    private func process(_ news: News) {
        session.now = max(session.now, news.time ?? environment.scheduler.now)
        switch news.content {
        case .executionTimedOut: timedOut()
        case .stopped(let fault): end(.aborted(fault))
        case .woken(let box, let generation, let resumption):
            guard box.generation == generation else { return }
            resume(box, with: resumption)
        case .proceed(let box, let generation):
            guard box.generation == generation else { return }
            continueFrame(box)
        case .admitted(let box, let generation, let task, let keeper):
            guard box.generation == generation else { return }
            admitted(task, for: box, by: keeper)
        case .written(let box, let generation, let call):
            guard box.generation == generation else { return }
            begin(call, for: box)
        case .answered(let box, let generation, let outcome):
            guard box.generation == generation else { return }
            let result = outcome.result
            // Where a mock says so; a real miss is noticed by a timer.
            var isMiss = false
            if case .failure(let fault) = result { isMiss = fault.origin == .heartbeat }
            checkpoint(box, .task(result), isHeartbeatMiss: isMiss)
        case .ended(let box, let generation, let result, let isHeartbeatMiss):
            guard box.generation == generation else { return }
            checkpoint(box, result, isHeartbeatMiss: isHeartbeatMiss)
        case .timedOut(let box, let generation, let isHeartbeat):
            guard box.generation == generation else { return }
            box.wait.giveUp()
            let fault = StateFault(
                error: "States.Timeout", cause: nil, origin: .service, loss: .time)
            checkpoint(box, .task(.failure(fault)), isHeartbeatMiss: isHeartbeat)
        }
    }

    /// The whole execution has taken too long.
    private func timedOut() {
        let fault = environment.quarantine?.strike(.timeout, session.facts.item)
        end(fault.map { .failed($0) } ?? .timedOut)
    }

    /// Notes a result from outside in the log, if there is one, and goes on with it: what follows is
    /// seen outside only once the log is written.
    private func checkpoint(_ box: FrameBox, _ result: OutsideResult, isHeartbeatMiss: Bool) {
        if let fault = environment.quarantine?.verdict(result, of: session.facts.item) {
            session.failure = (box.frame.state.state.name.string, box.frame.visit.attempt + 1)
            return end(.failed(fault))
        }
        let resumption = result.resumption(isHeartbeatMiss: isHeartbeatMiss)
        if let log = environment.checkpoints {
            let event = ReplayedEvent(
                time: session.now, state: box.frame.state.state.name.string,
                result: result.recorded(isHeartbeatMiss: isHeartbeatMiss))
            session.unwritten = log.append(
                event, of: session.facts, path: box.frame.path, sequence: box.awaitedSequence)
        }
        resume(box, with: resumption)
    }

    private func resume(_ box: FrameBox, with resumption: Frame.Resumption) {
        box.generation += 1
        box.wait.disarm()
        if box.holdsTask { session.releasedTasks += 1 }
        box.holdsTask = false
        box.frame.stage = .resume(resumption)
        continueFrame(box)
    }

    private func continueFrame(_ box: FrameBox) {
        let progress = box.frame.advance(&session)
        switch progress {
        case .suspended(let suspension):
            box.pending = suspension
            arm(box)
        case .finished(let output):
            guard let parent = box.parent else { return end(.succeeded(output)) }
            let planned = parent.frame.state
            parent.frame.childFinished(planned, box.slot, output, box.frame, &session)
            advanceChildren(of: parent)
        case .failed(let fault):
            guard let parent = box.parent else { return end(.failed(fault)) }
            let planned = parent.frame.state
            let raised = parent.frame.childFailed(
                planned, box.slot, fault, box.frame, &session)
            resume(parent, with: .joined(.failure(raised)))
        }
    }

    /// A child has ended: start those that had no room, or complete the state.
    private func advanceChildren(of parent: FrameBox) {
        guard let join = parent.frame.join else { return }
        if join.isComplete {
            return resume(parent, with: .joined(.success(join.results.compactMap { $0 })))
        }
        guard join.next < join.results.count else { return }
        parent.frame.stage = .children
        continueFrame(parent)
    }

    private func end(_ end: ExecutionOutcome.End) {
        let isFirst = mailbox.withLock { mailbox in
            defer { mailbox.hasEnded = true }
            return !mailbox.hasEnded
        }
        guard isFirst else { return }
        executionTimer?.cancel()
        let lastEvent = root.frame.lastEvent
        if case .aborted = end { root.recordAborted(&session) }
        session.releasedTasks += root.giveUp()
        onEnd(ExecutionOutcome(end, &session, after: lastEvent))
    }

    /// Starts what a suspended workflow waits for.
    private func arm(_ box: FrameBox) {
        guard let suspension = box.pending else { return }
        box.pending = nil
        switch suspension {
        case .task(let task): start(task, for: box)
        case .mapRun(let request): start(request, for: box)
        case .wait(let time): wake(box, at: time, .waited)
        case .retry(let time): wake(box, at: time, .retry)
        case .turn: deliver(News(content: .proceed(box, box.generation)))
        case .children: armChildren(of: box)
        }
    }

    private func armChildren(of box: FrameBox) {
        let children = box.frame.join?.running.values.filter { $0.pending != nil } ?? []
        for child in children.sorted(by: { $0.slot < $1.slot }) {
            child.parent = box
            arm(child)
        }
    }

    private func wake(_ box: FrameBox, at time: Int, _ resumption: Frame.Resumption) {
        let generation = box.generation
        let timer = environment.scheduler.wake(at: time) {
            self.deliver(News(time: time, content: .woken(box, generation, resumption)))
        }
        box.wait.timers.append(timer)
    }
}
