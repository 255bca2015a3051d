import Glibc

/// A server on a free port of the loopback interface.
final class HTTPListener {
    private let fd: Int32
    private let loop: EventLoop
    private var connections: [HTTPConnection] = []
    let port: UInt16

    init(
        loop: EventLoop, handle: @escaping (HTTPRequest, HTTPConnection) -> Void
    ) throws(StartFailure) {
        self.loop = loop
        fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard fd >= 0, let port = Self.listen(fd) else {
            let code = errno
            if fd >= 0 { close(fd) }
            throw StartFailure(
                description: "cannot listen on 127.0.0.1: \(String(cString: strerror(code)))",
                code: code)
        }
        self.port = port
        loop.watch(fd, for: .reading) { [unowned self] in accept(handle) }
    }

    func stop() {
        loop.forget(fd)
        close(fd)
        for connection in connections { connection.close() }
        connections = []
    }

    private static func listen(_ fd: Int32) -> UInt16? {
        makeNonblocking(fd)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutableBytes(of: &address) { raw in
            guard let pointer = raw.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                bind(fd, pointer, size) == 0, Glibc.listen(fd, 16) == 0,
                getsockname(fd, pointer, &size) == 0
            else { return nil }
            return UInt16(bigEndian: raw.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    private static func makeNonblocking(_ fd: Int32) {
        _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
        _ = fcntl(fd, F_SETFD, FD_CLOEXEC)
    }

    private func accept(_ handle: @escaping (HTTPRequest, HTTPConnection) -> Void) {
        let accepted = Glibc.accept(fd, nil, nil)
        guard accepted >= 0 else { return }
        Self.makeNonblocking(accepted)
        var on: Int32 = 1
        setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        connections.removeAll { !$0.isOpen }
        connections.append(HTTPConnection(fd: accepted, loop: loop, handle: handle))
    }
}
