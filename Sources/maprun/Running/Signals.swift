@preconcurrency import Dispatch
import Glibc
import Synchronization

/// Tells of Ctrl-C and SIGTERM.
///
/// The handler only writes a byte into a pipe: unlike signals that are ignored or blocked, which
/// child processes inherit, a handler is reset when they start.
final class Signals: Sendable {
    private static let pipeEnd = Atomic<Int32>(-1)
    private let source: any DispatchSourceRead

    /// Calls `received` with 1, 2, … for the first, second, … signal.
    init(_ received: @escaping @Sendable (Int) -> Void) {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        let readEnd = ends[0]
        Self.pipeEnd.store(ends[1], ordering: .releasing)
        source = DispatchSource.makeReadSource(
            fileDescriptor: readEnd, queue: DispatchQueue(label: "maprun.signals"))
        let count = Mutex(0)
        source.setEventHandler {
            var byte: UInt8 = 0
            while read(readEnd, &byte, 1) == 1 {
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                received(number)
            }
        }
        source.activate()
        Self.install { _ in
            let saved = errno
            var byte: UInt8 = 1
            _ = write(Signals.pipeEnd.load(ordering: .acquiring), &byte, 1)
            errno = saved
        }
    }

    private static func install(_ handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_RESTART
        // Whoever has started this process may have blocked them, for instance by doing so from a
        // thread that handles none.
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM] {
            sigaction(number, &action, nil)
            sigaddset(&set, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// Until somebody is told of signals, there is nothing to bring to rest: the first one ends the
    /// process, with the exit code that the help names.
    static func endAtOnce() {
        install { _ in
            let text: StaticString =
                "maprun: interrupted before any item was run; give the same command again\n"
            _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            _exit(ExitStatus.interrupted.rawValue)
        }
    }
}
