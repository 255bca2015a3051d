import Engine
import JSON
import StatesLanguage

/// One run of a command: a document on standard input, a document on standard output.
final class CommandRun: @unchecked Sendable {
    // Proof: made and used on the event loop's thread only.
    let invocation: Invocation
    private let settings: InstanceSettings
    private let faults: CommandFaults
    private let host: ProcessHost
    private let ended: () -> Void
    private var child: ChildProcess?
    private var output: [UInt8] = []
    private var log: InstanceLog
    private var timer: Deadline?

    init(
        _ invocation: Invocation, settings: InstanceSettings, faults: CommandFaults,
        host: ProcessHost, ended: @escaping () -> Void
    ) {
        self.invocation = invocation
        self.settings = settings
        self.faults = faults
        self.host = host
        self.ended = ended
        log = InstanceLog(writer: settings.log)
    }

    func start() {
        var program = settings.program
        program.environment["MAPRUN_IDEMPOTENCY_KEY"] = invocation.idempotencyKey.text
        host.start(program, layout: .standardStreams) { [self] started in
            switch started {
            case .success(let child): adopt(child)
            case .failure(let failure):
                invocation.settle(.failure(faults.notStarted(failure, invocation.requestId)))
                ended()
            }
        }
    }

    /// Stops the command; its outcome no longer matters.
    func stop() { child?.end(.stop(grace: settings.grace)) }

    private func adopt(_ child: ChildProcess) {
        self.child = child
        child.onOutput = { [unowned self] in receive($0) }
        child.onLog = { [unowned self] in log.feed($0, running: invocation) { _ in nil } }
        child.onExit = { [self] in exited($0) }
        timer = host.loop.after(settings.timeout) { [weak self] in self?.timedOut() }
        guard !invocation.isSettled else { return stop() }
        child.send { out in
            out.append(invocation.payload)
            out.append(0x0A)
        }
        child.closeInput()
    }

    private func receive(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !invocation.isSettled else { return }
        output.append(contentsOf: bytes)
        guard output.count > CommandOutput.largestDocument else { return }
        let reason = "printed more than \(CommandOutput.largestDocument >> 20) MiB"
        fail { faults.invalidOutput(reason, logTail: $0) }
    }

    private func timedOut() {
        fail {
            var fault = faults.timedOut(
                after: settings.timeout, invocation.requestId, logTail: $0)
            fault.loss = .time
            return fault
        }
    }

    private func fail(_ fault: (String) -> StateFault) {
        child?.readLog()
        invocation.settle(.failure(fault(log.tailText)))
        output.removeAll()
        stop()
    }

    private func exited(_ status: ExitStatus) {
        timer?.cancel()
        let result = outcome(status)
        log.end(of: invocation)
        invocation.settle(TaskOutcome(result))
        ended()
    }

    private func outcome(_ status: ExitStatus) -> Result<Value, StateFault> {
        let tail = log.tailText
        guard case .exited(let code) = status else {
            var fault = faults.ended(status, invocation.requestId, logTail: tail)
            fault.loss = .worker
            return .failure(fault)
        }
        let printed = output.withUnsafeBufferPointer {
            CommandOutput.value($0, faults: faults) { tail }
        }
        if code == 0 { return printed }
        if case .success(let value) = printed, let fault = CommandOutput.reportedFault(in: value) {
            return .failure(fault)
        }
        return .failure(faults.failed(code, logTail: tail))
    }
}
