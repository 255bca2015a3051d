import JSON

/// Brings the outcomes of a Map Run's journal into item order and hands them to sinks.
///
/// It reads the journal behind the writer, so it holds nothing up and keeps no outcome in memory:
/// those that wait for an earlier item are remembered by their place and read again. Beyond a
/// number of items even the places are dropped, and the journal is scanned again when their turn
/// comes.
///
/// A struct, as exclusivity checks on every access to a class's state would cost a third of it.
struct ResultEmission: ~Copyable {
    private struct Dropped {
        /// The first of the dropped outcomes in the journal.
        var position: JournalPosition
        /// None of the dropped items is before this one.
        var item: Int
    }

    private let directory: String
    private let run: String
    private let files: any FileSystem
    private let options: JournalOptions
    private let sinks: [any ResultSink]
    private let lookup: RecordLookup
    private var reader: JournalReader
    private var window: PositionWindow
    private var dropped: Dropped?
    private var state: MapRunState
    /// Records before this position are in `state` already.
    private var appliedTo: JournalPosition
    private var isReopened = false
    /// Without a journal: where outcomes go that wait for an earlier item.
    private var waitingRoom: WaitingRoom?
    private var bytesSinceCheckpoint = 0
    /// How many outcomes sinks have taken, and how many items those stand for.
    private(set) var written: (children: Int, items: Int) = (0, 0)

    /// Continues where the last checkpoint was, or starts anew if the sinks cannot.
    init(
        _ recovered: RecoveredMapRun, run: String, sinks: [any ResultSink],
        options: JournalOptions, files: any FileSystem
    ) throws(RunError) {
        var progress = recovered.checkpoint.results
        let oldEnd = progress.isBeforeGap ? OldEnd.staysUntilReached : .returns
        if try !Self.start(sinks, at: progress.sinks, oldEnd) {
            progress = ResultsProgress()
            _ = try Self.start(sinks, at: nil, .staysUntilReached)
        }
        reader = try JournalReader(
            directory: recovered.directory, from: progress.source, files: files)
        reader.releasesBehind = true
        directory = recovered.directory
        self.run = run
        self.files = files
        self.options = options
        self.sinks = sinks
        state = recovered.checkpoint.state
        appliedTo = recovered.checkpoint.position
        lookup = RecordLookup(directory: directory, files: files)
        window = PositionWindow(limit: options.waitingItems)
        window.reset(to: progress.next)
        written = (progress.children ?? progress.next, progress.items ?? progress.next)
    }

    /// Takes outcomes as they come, without a journal; see `WaitingRoom`.
    init(
        withoutJournal directory: String, sinks: [any ResultSink],
        options: JournalOptions, files: any FileSystem
    ) throws(RunError) {
        _ = try Self.start(sinks, at: nil, .returns)
        reader = try JournalReader(directory: directory, files: files)
        self.directory = directory
        run = ""
        self.files = files
        self.options = options
        self.sinks = sinks
        state = MapRunState()
        appliedTo = .start
        lookup = RecordLookup(directory: directory, files: files)
        window = PositionWindow(limit: options.waitingItems)
        waitingRoom = WaitingRoom(directory: directory, files: files)
    }

    private static func start(
        _ sinks: [any ResultSink], at saved: [Value]?, _ oldEnd: OldEnd
    ) throws(RunError) -> Bool {
        if let saved, saved.count != sinks.count { return false }
        for (index, sink) in sinks.enumerated() {
            guard try sink.start(at: saved?[index], oldEnd) else { return false }
        }
        return true
    }

    /// The item whose turn it is.
    var next: Int { window.base }

    /// Hands over all outcomes before `limit` whose turn has come.
    mutating func advance(to limit: JournalPosition) throws(RunError) {
        reader.limit = limit
        while let record = try reader.next() {
            if record.position >= appliedTo { state.apply(record) }
            if record.type == .reopened {
                isReopened = true
            } else {
                try restartIfReopened()
            }
            if let outcome = record.finished { try place(outcome, record) }
            bytesSinceCheckpoint += record.frame.count
            if bytesSinceCheckpoint >= options.checkpointInterval { try saveCheckpoint() }
        }
        // A limit at byte 0 is a segment that a crash left without a header, and recovery removed.
        if reader.position < limit, limit.offset > 0 {
            throw JournalReader.damaged(
                SegmentFile.path(directory, reader.position.segment), reader.position.offset,
                "it ends before what was announced")
        }
        try restartIfReopened()
    }

    /// Takes outcomes as they come, without a journal.
    mutating func take(_ frames: UnsafeRawBufferPointer) throws(RunError) {
        guard let waitingRoom else { return }
        var rest = frames
        while case .record(let type, let size) = FrameCheck(rest) {
            let frame = rest.part(0..<size)
            rest = rest.part(size..<rest.count)
            let record = Record(type: type, position: waitingRoom.end, frame: frame)
            if type == .note { state.apply(record) }
            guard let outcome = record.finished else { continue }
            if outcome.item != next { try waitingRoom.append(frame) }
            try place(outcome, record)
            if window.count == 0, dropped == nil { waitingRoom.clear() }
        }
    }

    /// Saves how far state and results are, so that a resume need not start from the beginning.
    mutating func saveCheckpoint(isBeforeGap: Bool = false) throws(RunError) {
        bytesSinceCheckpoint = 0
        var saved: [Value] = []
        for sink in sinks { saved.append(try sink.save(flushing: options.durability.flushes)) }
        let places = [reader.position, window.oldest, dropped?.position].compactMap(\.self)
        let results = ResultsProgress(
            next: next, items: written.items,
            children: state.splits.isOn ? written.children : nil,
            source: places.min() ?? reader.position, sinks: saved,
            isBeforeGap: isBeforeGap)
        let checkpoint = Checkpoint(
            position: max(reader.position, appliedTo), state: state, results: results)
        try checkpoint.save(
            in: directory, run: run, files: files, flushing: options.durability.flushes)
    }

    /// Hands over what is left, leaving out items that have no outcome, and ends the files. A
    /// resume goes back to before the first such item.
    mutating func finish() throws(RunError) {
        if waitingRoom == nil {
            try saveCheckpoint(isBeforeGap: window.count > 0 || dropped != nil)
        }
        while try skipGap() { try emitWaiting() }
        for sink in sinks { try sink.finish(flushing: options.durability.flushes) }
        try waitingRoom?.remove()
    }

    /// Writes out what sinks have buffered, for others to see.
    func show() throws(RunError) {
        for sink in sinks { _ = try sink.save(flushing: false) }
    }
}

extension ResultEmission {
    private mutating func place(_ outcome: FinishedRecord, _ record: Record) throws(RunError) {
        let item = outcome.item
        guard item >= next, !state.isVoid(item, at: record.position) else { return }
        if item == next, window.first == nil {
            try emit(outcome)
            try emitWaiting()
        } else if !window.put(item, record.position) {
            drop(item, record.position)
        }
    }

    /// Where the records seen so far end.
    private var end: JournalPosition { waitingRoom?.end ?? reader.position }

    private mutating func drop(_ item: Int, _ position: JournalPosition) {
        dropped = Dropped(
            position: min(dropped?.position ?? position, position),
            item: min(dropped?.item ?? item, item))
    }

    private mutating func emit(_ outcome: FinishedRecord) throws(RunError) {
        for sink in sinks { try sink.take(outcome) }
        written.children += 1
        written.items += outcome.itemCount
        window.advance()
        // Of a batch that may be split the items count.
        guard state.splits.isOn, outcome.itemCount > 1 else { return }
        for _ in 1..<outcome.itemCount { window.advance() }
    }

    private mutating func emitWaiting() throws(RunError) {
        while try findFirst(), let position = window.first {
            let record = try record(at: position)
            guard let outcome = record.finished else { return }
            try emit(outcome)
        }
    }

    /// Whether the next item's outcome is known, after scanning for it if it may have been
    /// dropped.
    private mutating func findFirst() throws(RunError) -> Bool {
        if window.first == nil, let dropped, next >= dropped.item { try rescan(dropped) }
        return window.first != nil
    }

    private func record(at position: JournalPosition) throws(RunError) -> Record {
        if let bytes = waitingRoom?.bytes(from: position) ?? reader.bytes(from: position),
            case .record(let type, let size) = FrameCheck(bytes)
        {
            return Record(type: type, position: position, frame: bytes.part(0..<size))
        }
        return try lookup.record(at: position)
    }

    /// Puts those dropped outcomes that fit by now into the window.
    private mutating func rescan(_ old: Dropped) throws(RunError) {
        dropped = nil
        try waitingRoom?.writeOut()
        var scan = try JournalReader(
            directory: directory, from: old.position, limit: end, files: files)
        while window.count < options.waitingItems, let record = try scan.next() {
            guard let outcome = record.finished, outcome.item >= next,
                !state.isVoid(outcome.item, at: record.position)
            else { continue }
            if !window.put(outcome.item, record.position) { drop(outcome.item, record.position) }
        }
        if scan.position < end { drop(window.end, scan.position) }
    }

    /// Makes it the turn of the next item that has an outcome; false if none has.
    private mutating func skipGap() throws(RunError) -> Bool {
        while !window.skipGap() {
            guard let dropped else { return false }
            window.reset(to: max(next, dropped.item))
            try rescan(dropped)
        }
        return true
    }

    /// After a redrive has reopened items, results begin again: lines in the middle change.
    private mutating func restartIfReopened() throws(RunError) {
        guard isReopened else { return }
        isReopened = false
        _ = try Self.start(sinks, at: nil, .staysUntilFinished)
        window.reset(to: 0)
        written = (0, 0)
        dropped = Dropped(position: .start, item: 0)
        try emitWaiting()
    }
}
