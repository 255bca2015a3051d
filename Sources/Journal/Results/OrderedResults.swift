import Dispatch
import Synchronization

/// Emits results behind the writer, on a queue of its own or where the options say: it never holds
/// items up.
final class OrderedResults: @unchecked Sendable {
    // Proof: `emission` is touched on `queue` only, or, without a journal, on the writer's queue
    // until the writer is closed; the rest is guarded by its lock.

    private struct Shared {
        var limit = JournalPosition.start
        var isScheduled = false
        var failure: RunError?
        var written: (children: Int, items: Int) = (0, 0)
    }

    private let queue = DispatchQueue(label: "journal.results")
    private var emission: ResultEmission
    private let shared = Mutex(Shared())
    private let options: JournalOptions
    private let failed: @Sendable (RunError) -> Void

    init(
        _ emission: consuming sending ResultEmission, options: JournalOptions,
        failed: @escaping @Sendable (RunError) -> Void
    ) {
        let written = emission.written
        self.emission = emission
        self.options = options
        self.failed = failed
        shared.withLock { $0.written = written }
    }

    /// How many outcomes are in the files, and how many items those stand for.
    var written: (children: Int, items: Int) { shared.withLock { $0.written } }

    /// Emits what lies before this position, which is durable.
    func advance(to limit: JournalPosition) {
        let starts = shared.withLock { shared in
            shared.limit = max(shared.limit, limit)
            defer { shared.isScheduled = true }
            return !shared.isScheduled
        }
        if starts { options.run(on: queue) { self.run() } }
    }

    /// Emits what has its turn of these records, which are in no journal.
    func take(_ frames: UnsafeRawBufferPointer) throws(RunError) { try emission.take(frames) }

    /// Emits the rest, then calls `done` with the failure, if there was one.
    func finish(_ done: @escaping @Sendable (RunError?) -> Void) {
        queue.async {
            self.run()
            if self.shared.withLock({ $0.failure == nil }) {
                do throws(RunError) { try self.emission.finish() } catch { self.fail(error) }
                self.tellWritten()
            }
            done(self.shared.withLock { $0.failure })
        }
    }

    private func run() {
        let limit = shared.withLock { shared in
            shared.isScheduled = false
            return shared.failure == nil ? shared.limit : nil
        }
        guard let limit else { return }
        do throws(RunError) {
            try emission.advance(to: limit)
            try emission.show()
            tellWritten()
        } catch {
            fail(error)
        }
    }

    private func tellWritten() {
        let written = emission.written
        shared.withLock { $0.written = written }
    }

    private func fail(_ error: RunError) {
        shared.withLock { $0.failure = error }
        failed(error)
    }
}
