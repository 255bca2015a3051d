import Records
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Reads and decompresses on a thread of its own, a few blocks ahead of the workers.
///
/// Reading blocks on the disk, which Dispatch's workers must not; and one compressed stream can
/// only be read by one thread.
final class PrefetchingFeed: ChildFeed, @unchecked Sendable {
    // Proof: `ready`, `end`, `isStopped` and `read` are guarded by `lock`; `source` is used by the
    // reading thread alone.
    private static let capacity = 8

    private let source: any ChildBlockSource
    private let onAvailable: @Sendable () -> Void
    private let lock = ThreadLock()
    private var ready: [any ChildBlock] = []
    private var end: FeedAnswer?
    private var isStopped = false
    private var someoneWaits = false
    private var read = ReadingProgress(bytesRead: 0, totalBytes: nil)

    var progress: ReadingProgress { lock.withLock { read } }

    init(_ source: any ChildBlockSource, onAvailable: @escaping @Sendable () -> Void) {
        self.source = source
        self.onAvailable = onAvailable
    }

    /// Starts the reading thread.
    func start() {
        startThread { self.readAll() }
    }

    func take() -> FeedAnswer {
        lock.withLock {
            if !ready.isEmpty {
                let block = ready.removeFirst()
                lock.signal()
                return .block(block)
            }
            if let end { return end }
            someoneWaits = true
            return .later
        }
    }

    func stop() {
        lock.withLock {
            isStopped = true
            ready.removeAll()
            end = .end
            lock.signal()
        }
    }

    private func readAll() {
        while hasRoom() {
            let answer = readOne()
            let progress = source.progress
            let wakes = lock.withLock {
                read = progress
                if case .block(let block) = answer {
                    if !isStopped { ready.append(block) }
                } else {
                    end = end ?? answer
                }
                defer { someoneWaits = false }
                return someoneWaits
            }
            if wakes { onAvailable() }
            guard case .block = answer else { return }
        }
    }

    private func hasRoom() -> Bool {
        lock.withLock {
            while ready.count >= Self.capacity && !isStopped { lock.wait() }
            return !isStopped
        }
    }

    private func readOne() -> FeedAnswer {
        do throws(RecordsError) {
            return try source.next().map(FeedAnswer.block) ?? .end
        } catch {
            return .failed(error)
        }
    }
}
