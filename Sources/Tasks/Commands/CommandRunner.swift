import StatesLanguage

/// Starts a command for each invocation, so many at a time as the binding allows.
final class CommandRunner: FunctionRunner, @unchecked Sendable {
    // Proof: the queues belong to the event loop's thread; the rest is constant.
    private let settings: InstanceSettings
    private let faults: CommandFaults
    private let host: ProcessHost
    private var waiting = Queue<Invocation>()
    private var running: [CommandRun] = []
    private var closed: (() -> Void)?

    init(settings: InstanceSettings, faults: CommandFaults, host: ProcessHost) {
        self.settings = settings
        self.faults = faults
        self.host = host
    }

    func submit(_ invocation: Invocation) {
        host.loop.submit { [self] in
            waiting.append(invocation)
            startRuns()
        }
    }

    func cancel(_ invocation: Invocation) {
        host.loop.submit { [self] in
            guard !invocation.isSettled else { return }
            invocation.settle(.failure(.cancelled))
            running.first { $0.invocation === invocation }?.stop()
        }
    }

    func close(completion: @escaping @Sendable () -> Void) {
        host.loop.submit { [self] in
            closed = completion
            finishClosing()
        }
    }

    private func startRuns() {
        while running.count < settings.concurrency, let next = waiting.popFirst() {
            if !next.isSettled { start(next) }
        }
        finishClosing()
    }

    private func start(_ invocation: Invocation) {
        let run = CommandRun(invocation, settings: settings, faults: faults, host: host) {
            [self] in
            running.removeAll { $0.invocation === invocation }
            startRuns()
        }
        running.append(run)
        run.start()
    }

    private func finishClosing() {
        guard running.isEmpty, waiting.isEmpty, let closed else { return }
        self.closed = nil
        closed()
    }
}
