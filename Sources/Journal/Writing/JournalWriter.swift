import Dispatch
import JSON
import Synchronization

/// Writes one journal: takes batches of records from any thread, writes them in the order they
/// came, flushes them in groups and announces them after that.
///
/// `append` never waits for the disk. Writing and flushing each have a serial queue of their own,
/// so a slow flush holds up neither the writing nor any worker.
public final class JournalWriter: @unchecked Sendable {
    // Proof: `shared` is guarded by its lock; `destination`, `back`, `mark` and `lastMark` are
    // touched on `writeQueue` only, `flushedSegment` and `lastFlush` on `flushQueue` only.

    /// Numbers the batches in the order they were appended, from 1.
    public typealias Ticket = Int

    /// The ticket of what was left out, and is never written.
    public static let never = Ticket.max

    /// What became of a batch handed over.
    public struct Appended: Sendable {
        /// The batch's number.
        public var ticket: Ticket
        /// Whether the caller should pause until `whenRelieved`.
        public var isCongested: Bool
    }

    /// What happens outside: both are called on the journal's own queues.
    public struct Callbacks: Sendable {
        /// Everything up to this batch and position is durable.
        public var announced: @Sendable (Ticket, JournalPosition) -> Void
        /// The journal has failed; nothing more will be announced.
        public var failed: @Sendable (RunError) -> Void

        /// Callbacks that do these things.
        public init(
            announced: @escaping @Sendable (Ticket, JournalPosition) -> Void = { _, _ in },
            failed: @escaping @Sendable (RunError) -> Void = { _ in }
        ) {
            self.announced = announced
            self.failed = failed
        }
    }

    /// Where records go.
    enum Destination {
        case segments(SegmentWriter)
        /// No journal: whoever wants the records takes them as they come.
        case taker(@Sendable (UnsafeRawBufferPointer) throws(RunError) -> Void)
    }

    /// What to call when a batch is durable.
    struct Announcement {
        var ticket: Ticket
        var call: @Sendable () -> Void
    }

    /// How far the journal has come.
    struct Progress {
        var ticket: Ticket
        var position: JournalPosition
    }

    struct Shared: ~Copyable {
        var front = ByteBuffer(capacity: 64 << 10)
        var ticket = 0
        var bytesInFlight = 0
        var isWriting = false
        var isFlushing = false
        var isClosed = false
        /// Whether what comes now is left out, as if the process had died before it.
        var isPaused = false
        var failure: RunError?
        var written: Progress
        var announced = Progress(ticket: 0, position: .start)
        /// The segment that `written` lies in; nil before the first one, and without a journal.
        var segment: OpenSegment?
        var announcements: [Announcement] = []
        /// What to call when batches are written, whether flushed or not.
        var writings: [Announcement] = []
        var relieved: [@Sendable () -> Void] = []

        mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
            precondition(!isClosed, "appending to a closed journal")
            front.append(bytes)
            ticket += 1
            bytesInFlight += bytes.count
        }
    }

    let files: any FileSystem
    let directory: String
    let options: JournalOptions
    let callbacks: Callbacks
    let writeQueue = DispatchQueue(label: "journal.write")
    let flushQueue = DispatchQueue(label: "journal.flush")
    let shared: Mutex<Shared>
    var destination: Destination
    var back = ByteBuffer(capacity: 64 << 10)
    var mark = RecordBatch(capacity: 64)
    var lastMark = JournalPosition.start
    var flushedSegment = 0
    var lastFlush = DispatchTime(uptimeNanoseconds: 1)

    /// Will begin a new segment of the journal in `directory`, after those that recovery has left.
    public init(
        directory: String, run: String, nextSegment: Int, options: JournalOptions,
        files: any FileSystem = SystemFiles(), callbacks: Callbacks = Callbacks()
    ) {
        self.files = files
        self.directory = directory
        self.options = options
        self.callbacks = callbacks
        let segments = SegmentWriter(
            directory: directory, run: run, number: nextSegment, files: files, options: options)
        destination = .segments(segments)
        shared = Mutex(Shared(written: Progress(ticket: 0, position: segments.position)))
    }

    /// A writer without a journal, which hands records to `take`, on a queue of its own.
    init(
        options: JournalOptions, callbacks: Callbacks,
        take: @escaping @Sendable (UnsafeRawBufferPointer) throws(RunError) -> Void
    ) {
        files = SystemFiles()
        directory = ""
        self.options = options
        self.callbacks = callbacks
        destination = .taker(take)
        shared = Mutex(Shared(written: Progress(ticket: 0, position: .start)))
    }

    /// Hands over the records of `batch` and empties it. `announced` is called when they are
    /// durable, `written` when they survive the death of the process; neither is called if the
    /// journal fails before or was paused.
    @discardableResult
    public func append(
        _ batch: inout RecordBatch, announced: (@Sendable () -> Void)? = nil,
        written: (@Sendable () -> Void)? = nil
    ) throws(RunError) -> Appended {
        // Copied under the lock, before this call returns.
        let address = UInt(bitPattern: batch.bytes.baseAddress)
        let count = batch.bytes.count
        let limit = options.bytesInFlight
        let (result, mustStart) = try shared.withLock { shared throws(RunError) in
            if let failure = shared.failure { throw failure }
            if shared.isPaused {
                return (Appended(ticket: Self.never, isCongested: false), false)
            }
            let bytes = UnsafePointer<UInt8>(bitPattern: address)
            shared.take(UnsafeBufferPointer(start: bytes, count: count))
            if let announced {
                shared.announcements.append(Announcement(ticket: shared.ticket, call: announced))
            }
            if let written {
                shared.writings.append(Announcement(ticket: shared.ticket, call: written))
            }
            let isCongested = shared.bytesInFlight > limit
            defer { shared.isWriting = true }
            return (
                Appended(ticket: shared.ticket, isCongested: isCongested), !shared.isWriting
            )
        }
        batch.removeAll()
        if mustStart { options.run(on: writeQueue) { self.write() } }
        return result
    }

    /// Calls `action` once when the batch of this ticket survives the death of the process: at once
    /// if it does already, and never if the journal fails before.
    public func whenWritten(_ ticket: Ticket, _ action: @escaping @Sendable () -> Void) {
        let isWritten = shared.withLock { shared in
            if ticket <= shared.written.ticket { return true }
            if shared.failure == nil, ticket != Self.never {
                shared.writings.append(Announcement(ticket: ticket, call: action))
            }
            return false
        }
        if isWritten { action() }
    }

    /// Calls `resume` once, when so little waits to be written that callers may go on; at once if
    /// that is so already, or when the journal has failed.
    public func whenRelieved(_ resume: @escaping @Sendable () -> Void) {
        let waits = shared.withLock { shared in
            guard shared.failure == nil, shared.bytesInFlight > options.bytesInFlight / 2 else {
                return false
            }
            shared.relieved.append(resume)
            return true
        }
        if !waits { resume() }
    }

    /// Writes, flushes and announces what was appended, then calls `done` with the failure, if
    /// there was one. Nothing may be appended any more.
    public func close(_ done: @escaping @Sendable (RunError?) -> Void) {
        shared.withLock { $0.isClosed = true }
        writeOut(done)
    }

    /// The same for a process that leaves its work to another: what is appended from now on is left
    /// out, and comes again there.
    public func pause(_ done: @escaping @Sendable (RunError?) -> Void) {
        shared.withLock { $0.isPaused = true }
        writeOut(done)
    }

    private func writeOut(_ done: @escaping @Sendable (RunError?) -> Void) {
        writeQueue.async {
            self.write()
            self.flushQueue.async {
                self.flush()
                self.writeQueue.async {
                    self.writeMark()
                    done(self.shared.withLock { $0.failure })
                }
            }
        }
    }
}
