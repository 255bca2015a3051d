import Records
import Synchronization

/// Where a Map Run gets its children from, block by block.
protocol ChildFeed: AnyObject, Sendable {
    /// The next block, or why there is none now. Any number of workers may ask.
    func take() -> FeedAnswer
    /// Stops reading; blocks that are ready are dropped.
    func stop()
    /// How much has been read.
    var progress: ReadingProgress { get }
    /// Blocks that have been read and were not taken yet.
    var waiting: [any ChildBlock] { get }
}

/// What a feed has to offer.
enum FeedAnswer {
    case block(any ChildBlock)
    /// Nothing yet; the Map Run is told when there is.
    case later
    case end
    case failed(RecordsError)
}

/// Makes blocks of children one after another; used by one thread at a time.
protocol ChildBlockSource: AnyObject, Sendable {
    func next() throws(RecordsError) -> (any ChildBlock)?
    /// How much has been read.
    var progress: ReadingProgress { get }
}

/// Children of single items.
final class ItemChildSource: ChildBlockSource, Sendable {
    private let reader: any ItemReader
    private let shaper: ItemShaper
    /// Items to pass over: all of them have outcomes.
    private let skip: Mutex<Int>

    init(_ reader: any ItemReader, _ shaper: ItemShaper, skip: Int = 0) {
        self.reader = reader
        self.shaper = shaper
        self.skip = Mutex(skip)
    }

    var progress: ReadingProgress { reader.progress }

    func next() throws(RecordsError) -> (any ChildBlock)? {
        let count = skip.withLock { skip in
            defer { skip = 0 }
            return skip
        }
        if count > 0 { _ = try reader.skip(count) }
        return try reader.nextBlock().map { ItemChildBlock(block: $0, shaper: shaper) }
    }
}
