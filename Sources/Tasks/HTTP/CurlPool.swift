import CCurl
import Engine
import StatesLanguage

/// Transfers that go on at the same time, all on one thread that only polls.
final class CurlPool: @unchecked Sendable {
    // Proof: made and used on the event loop's thread only.
    private let loop: EventLoop
    private var pool: OpaquePointer?
    private var timer: Deadline?
    private var watched: [Int32: EventLoop.Interest] = [:]
    /// Transfers that go on, by themselves.
    private var running: [ObjectIdentifier: CurlTransfer] = [:]

    /// A pool on the thread of `loop`, which must be the current one; throws where the library
    /// cannot be loaded.
    init(_ loop: EventLoop) throws(StartFailure) {
        self.loop = loop
        if let reason = Self.loaded {
            throw StartFailure(
                description: "HTTP tasks need libcurl (apt-get install libcurl4): \(reason)",
                code: 0)
        }
        let context = Unmanaged.passUnretained(self).toOpaque()
        pool = ccurl_pool_make(
            ccurl_driver(
                context: context,
                watch: { CurlPool.at($0)?.watch($1, $2) },
                wake: { CurlPool.at($0)?.wake($1) }))
    }

    /// Why the library could not be loaded.
    private static let loaded: String? = ccurl_load().map { String(cString: $0) }

    private static func at(_ context: UnsafeMutableRawPointer?) -> CurlPool? {
        context.map { Unmanaged<CurlPool>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Starts a transfer, which is kept until its end.
    func start(_ transfer: CurlTransfer) {
        guard let pool else { return transfer.end(.failed, "out of memory") }
        guard let reason = transfer.start(in: pool) else {
            running[ObjectIdentifier(transfer)] = transfer
            return
        }
        transfer.end(.failed, reason)
    }

    /// Ends a transfer before its time; nobody is told.
    func cancel(_ transfer: CurlTransfer) {
        guard running.removeValue(forKey: ObjectIdentifier(transfer)) != nil else { return }
        ccurl_free(pool, transfer.handle)
    }

    private func act(_ fd: Int32) {
        ccurl_act(pool, fd)
        var result = ccurl_result()
        while ccurl_next(pool, &result) != 0 {
            guard let transfer = CurlTransfer.at(result.context) else { continue }
            let reason = result.reason.map { String(cString: $0) } ?? ""
            running[ObjectIdentifier(transfer)] = nil
            ccurl_free(pool, transfer.handle)
            transfer.end(CurlTransfer.End(result.end), reason)
        }
    }

    private func watch(_ fd: Int32, _ interest: Int32) {
        let wanted: EventLoop.Interest? =
            switch interest {
            case 0: nil
            case 1: .reading
            case 2: .writing
            default: .both
            }
        guard wanted != watched[fd] else { return }
        if watched[fd] != nil { loop.forget(fd) }
        watched[fd] = wanted
        guard let wanted else { return }
        loop.watch(fd, for: wanted) { [unowned self] in act(fd) }
    }

    private func wake(_ milliseconds: Int) {
        timer?.cancel()
        timer = nil
        guard milliseconds >= 0 else { return }
        timer = loop.after(Double(milliseconds) / 1000) { [unowned self] in act(-1) }
    }
}
