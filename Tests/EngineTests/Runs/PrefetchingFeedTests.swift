import MaprunTesting
import Records
import StatesLanguage
import Synchronization
import Testing

@testable import Engine

@Suite struct PrefetchingFeedTests {
    /// Blocks that are empty but for where they begin.
    private final class Blocks: ChildBlockSource {
        struct Block: ChildBlock {
            var firstIndex: Int
            var count: Int { 0 }

            func child(at offset: Int) -> Result<ChildInput, StateFault> { fatalError("empty") }
            func identity(at offset: Int) -> ItemIdentity { fatalError("empty") }
        }

        let total: Int
        private let made = Mutex(0)

        init(_ total: Int) { self.total = total }

        var read: Int { made.withLock { $0 } }
        var progress: ReadingProgress { ReadingProgress(bytesRead: read, totalBytes: total) }

        func next() -> (any ChildBlock)? {
            made.withLock { made in
                guard made < total else { return nil }
                made += 1
                return Block(firstIndex: made - 1)
            }
        }
    }

    @Test func workersReadAFewBlocksAheadAndTellWhoWaits() {
        let (scheduler, source) = (VirtualScheduler(), Blocks(20))
        let told = Mutex(0)
        let feed = PrefetchingFeed(source, workers: scheduler) {
            told.withLock { $0 += 1 }
        }
        feed.start()
        guard case .later = feed.take() else { Issue.record("read too early"); return }
        #expect(source.read == 0)
        var taken: [Int] = []
        while true {
            _ = scheduler.run()
            #expect(source.read <= taken.count + 8)
            switch feed.take() {
            case .block(let block): taken.append(block.firstIndex)
            case .later: Issue.record("nothing is read any more")
            case .end:
                #expect(taken == Array(0..<20))
                #expect(told.withLock { $0 } == 1)
                return
            case .failed(let error): Issue.record(error)
            }
        }
    }

    @Test func whatIsStoppedReadsNoMore() {
        let (scheduler, source) = (VirtualScheduler(), Blocks(20))
        let feed = PrefetchingFeed(source, workers: scheduler) {}
        feed.start()
        feed.stop()
        _ = scheduler.run()
        #expect(source.read == 0)
        guard case .end = feed.take() else { Issue.record("not at the end"); return }
    }
}
