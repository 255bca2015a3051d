import Records
import Synchronization

/// Reads blocks on the worker that asks for one: for data in memory and for virtual time.
final class DirectFeed: ChildFeed {
    private struct State: ~Copyable {
        var end: FeedAnswer?
    }

    private let source: any ChildBlockSource
    private let state = Mutex(State())

    init(_ source: any ChildBlockSource) { self.source = source }

    func take() -> FeedAnswer {
        state.withLock { state in
            if let end = state.end { return end }
            do throws(RecordsError) {
                if let block = try source.next() { return .block(block) }
                state.end = .end
            } catch {
                state.end = .failed(error)
            }
            return state.end ?? .end
        }
    }

    var progress: ReadingProgress { state.withLock { _ in source.progress } }

    var waiting: [any ChildBlock] { [] }

    func stop() { state.withLock { $0.end = .end } }
}
