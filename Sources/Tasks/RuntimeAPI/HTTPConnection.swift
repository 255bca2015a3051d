import Glibc
import JSON

/// A connection from a Lambda runtime.
final class HTTPConnection: @unchecked Sendable {
    // Proof: made and used on the event loop's thread only.
    private let fd: Int32
    private let loop: EventLoop
    private var reader = HTTPRequestReader()
    private var outbox = ByteBuffer(capacity: 1 << 10)
    private var sent = 0
    private var waitsToWrite = false
    private(set) var isOpen = true
    private let handle: (HTTPRequest, HTTPConnection) -> Void

    init(
        fd: Int32, loop: EventLoop, handle: @escaping (HTTPRequest, HTTPConnection) -> Void
    ) {
        self.fd = fd
        self.loop = loop
        self.handle = handle
        loop.watch(fd, for: .reading) { self.receive() }
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        loop.forget(fd)
        _ = Glibc.close(fd)
    }

    func respond(
        _ status: String, headers: [(String, String)] = [],
        type: StaticString = "application/json", body: [UInt8] = []
    ) {
        guard isOpen else { return }
        outbox.append("HTTP/1.1 ")
        outbox.append(string: status)
        outbox.append("\r\nContent-Type: ")
        outbox.append(type)
        for (name, value) in headers { outbox.append(string: "\r\n\(name): \(value)") }
        outbox.append("\r\nContent-Length: ")
        outbox.append(decimal: body.count)
        outbox.append("\r\n\r\n")
        body.withUnsafeBufferPointer { outbox.append($0) }
        flush()
    }

    private func receive() {
        if waitsToWrite { return flush() }
        let block = loop.block
        let count = read(fd, block.baseAddress, block.count)
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
        guard count > 0 else { return close() }
        let bytes = UnsafeRawBufferPointer(rebasing: block[..<count])
        reader.append(bytes.bindMemory(to: UInt8.self))
        do {
            while let request = try reader.next() { handle(request, self) }
            if reader.expectsContinue {
                outbox.append("HTTP/1.1 100 Continue\r\n\r\n")
                flush()
            }
        } catch {
            respond("400 Bad Request")
            close()
        }
    }

    private func flush() {
        while sent < outbox.count {
            let rest = UnsafeRawBufferPointer(
                rebasing: UnsafeRawBufferPointer(outbox.bytes)[sent...])
            let count = write(fd, rest.baseAddress, rest.count)
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                return wait(for: .writing)
            } else if errno != EINTR {
                return close()
            }
        }
        outbox.removeAll()
        sent = 0
        if waitsToWrite { wait(for: .reading) }
    }

    /// One direction at a time: while an answer waits for room there is nothing to read.
    private func wait(for interest: EventLoop.Interest) {
        guard waitsToWrite != (interest == .writing) else { return }
        waitsToWrite = interest == .writing
        loop.forget(fd)
        loop.watch(fd, for: interest) { self.receive() }
    }
}
