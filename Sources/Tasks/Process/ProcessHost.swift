import CBytes
import Dispatch
import Glibc
import Synchronization

/// Starts programs and owns what their running needs: the event loop, the threads that start
/// them, and the guardian that cleans up after a killed parent.
final class ProcessHost: Sendable {
    /// One for the whole process, since its threads have to live as long as any child.
    static let shared = ProcessHost()

    let loop = EventLoop()
    let guardian = Guardian()
    private let orders = Mutex<[@Sendable () -> Void]>([])
    private let ordered = DispatchSemaphore(value: 0)

    /// Starting a program takes about a millisecond, most of it waiting for the kernel; more
    /// threads than this gain nothing.
    private static let starters = min(4, max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    private init() {
        for _ in 0..<Self.starters {
            PermanentThread.start { [self] in
                while true { nextOrder()() }
            }
        }
    }

    /// Starts `program`; `completion` runs on the loop's thread.
    func start(
        _ program: Program, layout: ChannelLayout,
        completion: @escaping @Sendable (Result<ChildProcess, StartFailure>) -> Void
    ) {
        let order: @Sendable () -> Void = { [self] in
            let started = Result { () throws(StartFailure) in
                try ChildChannels.start(program, layout: layout)
            }
            if case .success(let parts) = started { guardian.add(parts.pid) }
            loop.submit { [self] in
                completion(started.map { ChildProcess(parts: $0, host: self) })
            }
        }
        orders.withLock { $0.append(order) }
        ordered.signal()
    }

    private func nextOrder() -> @Sendable () -> Void {
        ordered.wait()
        return orders.withLock { $0.removeFirst() }
    }
}
