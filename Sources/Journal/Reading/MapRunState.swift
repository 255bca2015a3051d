/// What the records of a Map Run's journal, up to some position, come to. Its size depends on the
/// items in flight and on how scattered the finished ones are, not on how many there are.
public struct MapRunState: Sendable, Equatable {
    /// Where an item that has started but not finished left its traces in the journal.
    struct Traces: Sendable, Equatable {
        var started: JournalPosition?
        var events: [JournalPosition] = []
    }

    /// Items that run once more: their outcomes before the position are void.
    struct Redrive: Sendable, Equatable {
        var position: JournalPosition
        var items = ItemSet()
    }

    /// The items that have an outcome.
    public internal(set) var finished = ItemSet()
    /// How child executions ended.
    public internal(set) var counts = StatusCounts()
    /// How items ended: with batches there are more of them than child executions.
    public internal(set) var itemCounts = StatusCounts()
    /// How many items there are, once the reader has come to its end.
    public internal(set) var total: Int?
    /// What is held against items, where that is watched.
    public internal(set) var strikes = StrikeBook()
    /// How batches were split, where they are.
    public internal(set) var splits = BatchSplits()
    /// What else was noted, in order.
    public internal(set) var notes: [Note] = []
    var traces: [Int: Traces] = [:]
    var redrives: [Redrive] = []
    /// Whether the last record reopened an item: a run of them makes one redrive.
    private var isReopening = false

    /// The state of an empty journal.
    public init() {}

    /// The items that had started, but not finished.
    public var unfinished: [Int] { traces.keys.sorted() }

    /// Whether the item had started, but not finished.
    public func isUnfinished(_ item: Int) -> Bool { traces[item] != nil }

    /// How often items were reopened, to run once more.
    public var redriveCount: Int { redrives.count }

    /// How often this item was reopened.
    public func redriveCount(of item: Int) -> Int { redrives.count { $0.items.contains(item) } }

    /// How many of those that the last redrive reopened have not ended again.
    public var pendingRedrive: Int { redrives.last?.items.count(without: finished) ?? 0 }

    /// Takes in one record; records come in journal order.
    mutating func apply(_ record: Record) {
        defer { isReopening = record.type == .reopened }
        switch record.type {
        case .finished: if let outcome = record.finished { finish(outcome) }
        case .started:
            if let item = record.item { trace(item) { $0.started = record.position } }
        case .event:
            if let item = record.item { trace(item) { $0.events.append(record.position) } }
        case .sealed: total = record.sealedTotal
        case .note: if let note = record.note { take(note, at: record.position) }
        case .reopened: reopen(record)
        case .announced, .checkpoint, .identified: break
        }
    }

    /// Whether an outcome is one that counts, as far as it was not made void.
    package func counts(_ outcome: FinishedRecord, at record: Record) -> Bool {
        !isVoid(outcome.item, at: record.position)
    }

    /// Whether an outcome at this position was made void by a redrive.
    func isVoid(_ item: Int, at position: JournalPosition) -> Bool {
        redrive(voiding: item, at: position) != nil
    }

    /// The redrive, by its number, that has made void what an item had at this position.
    func redrive(voiding item: Int, at position: JournalPosition) -> Int? {
        redrives.firstIndex { position < $0.position && $0.items.contains(item) }
    }

    private mutating func take(_ note: Note, at position: JournalPosition) {
        if note.kind == BatchSplits.noteKind {
            guard let item = splits.apply(note.payload) else { return }
            traces[item] = nil
            if !strikes.isEmpty { strikes.acquit(item) }
        } else if note.kind == EarlierRedrive.noteKind {
            EarlierRedrive.apply(note, at: position, to: &redrives)
        } else if !strikes.apply(note, at: position) {
            notes.append(note)
        }
    }

    /// The first outcome of an item counts; a second one would double it.
    private mutating func finish(_ outcome: FinishedRecord) {
        guard finished.insert(outcome.item) else { return }
        counts[outcome.status] += 1
        itemCounts[outcome.status] += outcome.itemCount
        if !traces.isEmpty { traces[outcome.item] = nil }
    }

    private mutating func trace(_ item: Int, _ change: (inout Traces) -> Void) {
        guard !finished.contains(item) else { return }
        change(&traces[item, default: Traces()])
    }

    private mutating func reopen(_ record: Record) {
        guard let item = record.item, let old = record.reopened, finished.remove(item)
        else { return }
        if strikes.released.count > 0 { strikes.reopened(item) }
        counts[old.status] -= 1
        itemCounts[old.status] -= old.itemCount
        if !isReopening {
            redrives.append(Redrive(position: record.position))
            notes.removeAll { $0.kind == Self.endedKind }
        }
        redrives[redrives.count - 1].items.insert(item)
    }
}
