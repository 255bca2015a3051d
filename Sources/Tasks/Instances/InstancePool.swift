import Engine
import StatesLanguage
import Synchronization

/// The warm instances of one function and the invocations that wait for them.
final class InstancePool: Turns.Player, @unchecked Sendable {
    // Proof: `inbox` has its lock; all else belongs to the event loop's thread.
    private let settings: InstanceSettings
    private let host: ProcessHost
    private let inbox = Mutex<[Invocation]>([])
    private var waiting = Queue<Invocation>()
    private var instances: [WarmInstance] = []
    private var closed: (() -> Void)?
    /// When what gathers is done at the latest.
    private var deadline: Deadline?

    init(settings: InstanceSettings, host: ProcessHost) {
        self.settings = settings
        self.host = host
    }

    /// Queues an invocation; any thread may call this.
    func submit(_ invocation: Invocation) {
        let isFirst = inbox.withLock { invocations in
            invocations.append(invocation)
            return invocations.count == 1
        }
        if isFirst { host.loop.submit { self.takeInbox() } }
    }

    /// Gives an invocation up; any thread may call this.
    func cancel(_ invocation: Invocation) {
        host.loop.submit { [self] in
            guard !invocation.isSettled else { return }
            invocation.settle(.failure(.cancelled))
            for instance in instances { instance.abandon(invocation) }
        }
    }

    /// Lets all instances end when nothing is left to do; `completion` runs on the loop's thread
    /// when they have.
    func close(completion: @escaping @Sendable () -> Void) {
        host.loop.submit { [self] in
            closed = completion
            dispatch()
        }
    }

    var waitingCount: Int { waiting.count }

    func takeTurn() {
        host.loop.turns.forget(self)
        deadline?.cancel()
        deadline = nil
        dispatch(isTurn: true)
    }

    private func takeInbox() {
        let arrived = inbox.withLock { invocations in
            let taken = invocations
            invocations.removeAll(keepingCapacity: true)
            return taken
        }
        for invocation in arrived { waiting.append(invocation) }
        dispatch()
    }

    /// Hands waiting invocations to instances and starts more while there are more invocations than
    /// idle ones.
    ///
    /// While every processor has an instance at work, of whatever function, an idle one is left
    /// idle as long as the busy ones can take what waits: they would only take turns.
    private func dispatch(isTurn: Bool = false) {
        dropSettled()
        guard !waiting.isEmpty else { return finishClosing() }
        if !isTurn, gathers { return }
        let (busy, idle) = (
            instances.filter { $0.outstandingCount > 0 },
            instances.filter { $0.outstandingCount == 0 }
        )
        let unused = max(busy.isEmpty ? 1 : 0, host.loop.unusedProcessors)
        share(among: busy + idle.prefix(unused))
        share(among: idle)
        startInstances()
        finishClosing()
    }

    /// Whether what waits is left to gather until it is the function's turn.
    private var gathers: Bool {
        guard !waiting.isEmpty, instances.contains(where: \.takesTurns),
            instances.allSatisfy({ $0.outstandingCount == 0 }), host.loop.turns.shouldWait(self)
        else { return false }
        if deadline == nil {
            deadline = host.loop.after(Turns.longestWait) { [self] in takeTurn() }
        }
        host.loop.turns.wait(self)
        return true
    }

    /// Gives the same share to each.
    private func share(among instances: [WarmInstance]) {
        guard !waiting.isEmpty, !instances.isEmpty else { return }
        let underWay = instances.reduce(waiting.count) { $0 + $1.outstandingCount }
        let share = (underWay + instances.count - 1) / instances.count
        for instance in instances where instance.takesMore {
            fill(instance, upTo: min(share, instance.depth))
        }
    }

    private func fill(_ instance: WarmInstance, upTo limit: Int) {
        var batch: [Invocation] = []
        while instance.outstandingCount + batch.count < limit, let next = waiting.popFirst() {
            if !next.isSettled { batch.append(next) }
        }
        if !batch.isEmpty { instance.send(batch) }
    }

    private func dropSettled() {
        while let first = waiting.first, first.isSettled { _ = waiting.popFirst() }
    }

    private func startInstances() {
        var starting = instances.count { $0.isStarting }
        while starting < waiting.count && instances.count < settings.concurrency {
            startInstance()
            starting += 1
        }
    }

    private func startInstance() {
        let instance = WarmInstance(
            settings: settings, host: host,
            changed: { [self] _ in dispatch() },
            ended: { [self] in remove($0, unbegun: $1) })
        instances.append(instance)
        instance.start { [self] failure in
            instances.removeAll { $0 === instance }
            dropSettled()
            if let first = waiting.popFirst() {
                first.settle(.failure(settings.faults.notStarted(failure, first.requestId)))
            }
            dispatch()
        }
    }

    private func remove(_ instance: WarmInstance, unbegun: [Invocation]) {
        instances.removeAll { $0 === instance }
        waiting.prepend(unbegun.filter { !$0.isSettled })
        dispatch()
    }

    private func finishClosing() {
        guard closed != nil, waiting.isEmpty else { return }
        for instance in instances where instance.outstandingCount == 0 { instance.dismiss() }
        guard instances.isEmpty, let closed else { return }
        self.closed = nil
        closed()
    }
}
