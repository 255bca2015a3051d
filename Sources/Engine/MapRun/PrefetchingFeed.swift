import Records
import Scheduling
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Reads and decompresses a few blocks ahead of the workers; one compressed stream can only be
/// read by one thread at a time.
///
/// Reading blocks on the disk. Where workers have other things to do meanwhile, such as to take
/// the answers of tasks, it has a thread of its own. Where they only wait for items it is done by
/// whichever of them comes first: a thread more than there are processors would take theirs away.
final class PrefetchingFeed: ChildFeed, @unchecked Sendable {
    // Proof: `ready`, `end`, `isStopped`, `isReading` and `read` are guarded by `lock`; `source` is
    // used by the reading thread alone, or by the worker that has set `isReading`.
    private static let capacity = 8

    private let source: any ChildBlockSource
    /// Has workers read; nil for a thread.
    private let workers: (any Scheduler)?
    private let onAvailable: @Sendable () -> Void
    private var isReading = false
    private let lock = ThreadLock()
    private var ready: [any ChildBlock] = []
    private var end: FeedAnswer?
    private var isStopped = false
    private var someoneWaits = false
    private var read = ReadingProgress(bytesRead: 0, totalBytes: nil)

    var progress: ReadingProgress { lock.withLock { read } }
    var waiting: [any ChildBlock] { lock.withLock { ready } }

    init(
        _ source: any ChildBlockSource, workers: (any Scheduler)?,
        onAvailable: @escaping @Sendable () -> Void
    ) {
        self.source = source
        self.workers = workers
        self.onAvailable = onAvailable
    }

    /// Starts to read.
    func start() {
        guard workers == nil else { return readMore() }
        startThread { self.readAll() }
    }

    func take() -> FeedAnswer {
        let answer: FeedAnswer = lock.withLock {
            if !ready.isEmpty {
                let block = ready.removeFirst()
                lock.signal()
                return .block(block)
            }
            if let end { return end }
            someoneWaits = true
            return .later
        }
        if workers != nil { readMore() }
        return answer
    }

    /// Has a worker fill up what is ready once half of it is gone.
    private func readMore() {
        let begins = lock.withLock {
            guard !isReading, !isStopped, end == nil, ready.count <= Self.capacity / 2 else {
                return false
            }
            isReading = true
            return true
        }
        if begins { workers?.enqueue { self.readAll() } }
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
            while workers == nil, ready.count >= Self.capacity, !isStopped { lock.wait() }
            let reads = !isStopped && ready.count < Self.capacity
            if !reads { isReading = false }
            return reads
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
