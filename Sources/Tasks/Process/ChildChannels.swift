import CBytes
import Glibc

/// The parent's side of a started program, before the event loop takes it over.
struct ChildChannels: Sendable {
    var pid: pid_t
    var pidfd: Int32
    /// Write end towards the child.
    var input: Int32?
    /// Read end of its documents.
    var output: Int32?
    /// Read end of its log.
    var log: Int32

    /// Makes the pipes, starts the program on this thread, and closes the child's ends.
    static func start(
        _ program: Program, layout: ChannelLayout
    ) throws(StartFailure) -> ChildChannels {
        var pipes = PipeSet()
        defer { pipes.closeChildEnds() }
        do {
            let descriptors = try pipes.descriptors(for: layout)
            let (pid, pidfd) = try program.start(descriptors: descriptors, diesWithParent: true)
            return ChildChannels(
                pid: pid, pidfd: pidfd, input: pipes.input, output: pipes.output,
                log: pipes.log)
        } catch {
            pipes.closeParentEnds()
            throw error
        }
    }
}

/// The pipes of one child while it is being started.
private struct PipeSet {
    var input: Int32?
    var output: Int32?
    var log: Int32 = -1
    private var childEnds: [Int32] = []

    /// Large enough that neither side waits for the other after every few documents.
    private static let documentPipeSize: Int32 = 1 << 18

    init() {}

    mutating func descriptors(for layout: ChannelLayout) throws(StartFailure) -> [Int32] {
        let logEnd = try logPipe()
        switch layout {
        case .logOnly:
            return [try null(), logEnd, logEnd]
        case .standardStreams:
            let (request, answer) = try documentPipes()
            return [request, answer, logEnd]
        case .dedicated(let script):
            let (request, answer) = try documentPipes()
            return [try null(), logEnd, logEnd, request, answer, script]
        }
    }

    private mutating func logPipe() throws(StartFailure) -> Int32 {
        let (read, write) = try pipe(size: 0, parentReads: true)
        log = read
        return write
    }

    private mutating func documentPipes() throws(StartFailure) -> (Int32, Int32) {
        let request = try pipe(size: Self.documentPipeSize, parentReads: false)
        input = request.write
        let answer = try pipe(size: Self.documentPipeSize, parentReads: true)
        output = answer.read
        return (request.read, answer.write)
    }

    private mutating func pipe(
        size: Int32, parentReads: Bool
    ) throws(StartFailure) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        let code = cbytes_pipe(&ends, size)
        guard code == 0 else { throw failure(code) }
        childEnds.append(ends[parentReads ? 1 : 0])
        let own = ends[parentReads ? 0 : 1]
        _ = fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK)
        return (ends[0], ends[1])
    }

    private mutating func null() throws(StartFailure) -> Int32 {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard null >= 0 else { throw failure(errno) }
        childEnds.append(null)
        return null
    }

    private func failure(_ code: Int32) -> StartFailure {
        StartFailure(
            description: "cannot connect to a new process: \(String(cString: strerror(code)))",
            code: code)
    }

    func closeChildEnds() {
        for end in childEnds { close(end) }
    }

    func closeParentEnds() {
        for end in [input, output, log] { if let end, end >= 0 { close(end) } }
    }
}
