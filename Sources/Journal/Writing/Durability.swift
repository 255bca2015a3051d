import Dispatch

/// When an outcome counts as written.
public enum Durability: Sendable, Equatable {
    /// At once: nothing is kept, and a run that stops cannot be resumed.
    case off
    /// When the operating system has it: survives the death of the process, not a power cut.
    case write
    /// When the disk has it; flushes are grouped and start at most every so many milliseconds.
    case flush(everyMilliseconds: Int)

    /// The default: flushed to disk every 50 ms.
    public static let standard = Durability.flush(everyMilliseconds: 50)

    var flushes: Bool {
        if case .flush = self { return true }
        return false
    }
}

/// How a journal is written.
public struct JournalOptions: Sendable {
    /// When an outcome counts as written.
    public var durability = Durability.standard
    /// Beyond how many bytes a new segment file is begun.
    public var segmentSize = 256 << 20
    /// How many bytes may wait to be written before callers are asked to pause.
    public var bytesInFlight = 2 << 20
    /// After how many bytes of journal a checkpoint is saved.
    public var checkpointInterval = 64 << 20
    /// Runs the writing of the journal and of results; nil leaves it to threads of their own.
    public var runWork: (@Sendable (@escaping @Sendable () -> Void) -> Void)?
    /// How many finished items may wait in memory, as positions, for one before them.
    public var waitingItems = 1 << 18

    /// The usual options.
    public init() {}

    /// Runs `work` soon, after what the queue was given before.
    func run(on queue: DispatchQueue, _ work: @escaping @Sendable () -> Void) {
        guard let runWork else { return queue.async(execute: work) }
        runWork { queue.sync(execute: work) }
    }
}
