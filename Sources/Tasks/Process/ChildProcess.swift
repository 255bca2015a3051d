import CBytes
import Glibc
import JSON

/// A running program seen from the event loop.
final class ChildProcess: @unchecked Sendable {
    // Proof: made, used and ended on the event loop's thread only.
    let pid: pid_t
    private let pidfd: Int32
    private var input: Int32?
    private var output: Int32?
    private var log: Int32?
    private let host: ProcessHost
    private var outbox = ByteBuffer(capacity: 1 << 12)
    private var sent = 0
    private var waitsToWrite = false
    private var closesInputWhenSent = false
    private var remainingSteps: ArraySlice<Teardown.Step>?
    private var nextStep: Deadline?
    /// Bytes of documents from the child.
    var onOutput: ((UnsafeBufferPointer<UInt8>) -> Void)?
    /// Bytes of its log.
    var onLog: ((UnsafeBufferPointer<UInt8>) -> Void)?
    /// Its end, after all it wrote was handed on.
    var onExit: ((ExitStatus) -> Void)?

    init(parts: ChildChannels, host: ProcessHost) {
        pid = parts.pid
        pidfd = parts.pidfd
        input = parts.input
        output = parts.output
        log = parts.log
        self.host = host
        host.loop.watch(pidfd, for: .reading) { self.finish() }
        host.loop.watch(parts.log, for: .reading) { [unowned self] in readLog() }
        if let output { host.loop.watch(output, for: .reading) { [unowned self] in readOutput() } }
    }

    /// Whether a teardown has begun.
    var isEnding: Bool { remainingSteps != nil }

    /// Sends what `fill` appends; what does not fit into the pipe follows when there is room.
    func send(_ fill: (inout ByteBuffer) -> Void) {
        fill(&outbox)
        flush()
    }

    /// Closes the child's input once everything was sent.
    func closeInput() {
        closesInputWhenSent = true
        flush()
    }

    /// Ends the program and all it started, step by step; a second call changes nothing.
    func end(_ teardown: Teardown) {
        guard remainingSteps == nil else { return }
        remainingSteps = teardown.steps[...]
        takeNextStep()
    }

    private func takeNextStep() {
        guard let step = remainingSteps?.popFirst() else { return }
        switch step.action {
        case .closeInput: closeInput()
        case .signal(let number): kill(-pid, number)
        }
        guard step.seconds.isFinite else { return }
        nextStep = host.loop.after(step.seconds) { [weak self] in self?.takeNextStep() }
    }

    private func flush() {
        guard let input else { return outbox.removeAll() }
        while sent < outbox.count {
            let rest = UnsafeRawBufferPointer(outbox.bytes)[sent...]
            let count = write(input, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                return waitToWrite(input)
            } else if errno != EINTR {
                // The child no longer reads; what that means is told by its end.
                return dropInput(input)
            }
        }
        outbox.removeAll()
        sent = 0
        if waitsToWrite {
            host.loop.forget(input)
            waitsToWrite = false
        }
        if closesInputWhenSent { dropInput(input) }
    }

    private func waitToWrite(_ input: Int32) {
        guard !waitsToWrite else { return }
        waitsToWrite = true
        host.loop.watch(input, for: .writing) { [unowned self] in flush() }
    }

    private func dropInput(_ fd: Int32) {
        host.loop.forget(fd)
        close(fd)
        input = nil
        outbox.removeAll()
        sent = 0
    }

    /// Hands on what the log holds right now.
    func readLog() {
        guard let fd = log else { return }
        // Not the loop's block: it may hold documents that are just being taken apart.
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { block in
            if !receive(from: fd, into: block, { onLog?($0) }) { log = nil }
        }
    }

    /// Hands on the beginning of what the program has written since the last look.
    func glanceAtOutput() {
        guard let fd = output else { return }
        withUnsafeTemporaryAllocation(byteCount: 128, alignment: 16) { block in
            if !receive(from: fd, into: block, { onOutput?($0) }) { output = nil }
        }
    }

    /// How many bytes of what it was sent the program has not read.
    var unreadCount: Int {
        var inPipe: Int32 = 0
        if let input { _ = ioctl(input, UInt(FIONREAD), &inPipe) }
        return Int(inPipe) + outbox.count - sent
    }

    /// Hands on what the program has written since the last look.
    func readOutput() {
        guard let fd = output else { return }
        if !receive(from: fd, into: host.loop.block, { onOutput?($0) }) { output = nil }
    }

    /// Reads once; false after the end, when the descriptor has been closed.
    private func receive(
        from fd: Int32, into block: UnsafeMutableRawBufferPointer,
        _ handler: (UnsafeBufferPointer<UInt8>) -> Void
    ) -> Bool {
        let count = read(fd, block.baseAddress, block.count)
        if count > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: block[..<count])
            handler(bytes.bindMemory(to: UInt8.self))
            return true
        }
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return true }
        host.loop.forget(fd)
        close(fd)
        return false
    }

    /// The program has ended but is not collected, so its number still stands for its group.
    private func finish() {
        kill(-pid, SIGKILL)
        nextStep?.cancel()
        for _ in 0..<Self.readsAfterEnd where log != nil { readLog() }
        for _ in 0..<Self.readsAfterEnd where output != nil { readOutput() }
        host.loop.forget(pidfd)
        var status = cbytes_exit()
        let failure = cbytes_reap(pid, &status)
        precondition(failure == 0, "process \(pid) was collected by somebody else")
        host.guardian.remove(pid)
        for fd in [input, output, log, pidfd] {
            guard let fd else { continue }
            host.loop.forget(fd)
            close(fd)
        }
        (input, output, log) = (nil, nil, nil)
        onExit?(ExitStatus(status))
        (onOutput, onLog, onExit) = (nil, nil, nil)
    }

    /// Enough to empty both pipes; a survivor that writes on must not hold the loop.
    private static let readsAfterEnd = 8
}
