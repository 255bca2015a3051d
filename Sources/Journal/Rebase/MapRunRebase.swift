import JSON

/// Writes the folder of a Map Run anew for an input that has changed: kept outcomes under their
/// new numbers, beside the old folder, whose place it takes at the end.
///
/// A process that is killed before `finish` has moved the old folder leaves that as it was; after
/// it, the new one is complete.
public struct MapRunRebase: ~Copyable {
    private let known: KnownItems
    private let files: any FileSystem
    private let options: JournalOptions
    private let maps: String
    private let name: String
    private let run: String
    private var segments: SegmentWriter
    private var batch = RecordBatch(capacity: 1 << 20)
    private static let batchBytes = 1 << 20

    /// Begins the new generation of the folder that `known` was read from.
    public init(
        _ known: KnownItems, run: String, options: JournalOptions
    ) throws(RunError) {
        self.known = known
        self.options = options
        self.run = run
        files = known.files
        maps = known.directory.parentPath
        name = known.directory.lastPathPart
        let directory = "\(maps)/\(Generation.new)/\(name)"
        try Generation.removeTree(directory, files)
        try files.makeDirectories(directory)
        segments = SegmentWriter(
            directory: directory, run: run, number: 1, files: files, options: options)
        if known.recovered.state.splits.isOn { batch.note(BatchSplits.beginning) }
    }

    /// Carries over the redrives, and the attempts of kept items that they have made void; before any
    /// item is carried over itself.
    public mutating func keepVoidAttempts(of kept: KeptItems) throws(RunError) {
        for redrive in known.recovered.state.redrives.indices {
            try keepVoidAttempts(of: kept, redrive)
        }
        // Behind what reopens items, which would make void that a Map Run has ended.
        for note in known.recovered.state.notes { batch.note(note) }
        if !known.recovered.state.redrives.isEmpty { try saveCheckpoint() }
    }

    /// Lets the results begin behind what is void.
    private mutating func saveCheckpoint() throws(RunError) {
        try writeBatch()
        let begun = try RecoveredMapRun.read(directory, files: files)
        let checkpoint = Checkpoint(
            position: begun.end, state: begun.state, results: ResultsProgress(source: begun.end))
        try checkpoint.save(
            in: directory, run: run, files: files, flushing: options.durability.flushes)
    }

    private mutating func keepVoidAttempts(
        of kept: KeptItems, _ redrive: Int
    ) throws(RunError) {
        let items = known.recovered.state.redrives[redrive].items
        let ended = try MappedArray<Ended>(in: known.directory, name: "ended")
        var others = ItemSet()
        try kept.forEach { (index, found) throws(RunError) in
            guard items.contains(found.item) else { return }
            let end = try known.copyAttempt(
                of: found.item, voidedBy: redrive, to: index, into: &batch)
            if let end {
                try ended.append(Ended(item: index, itemCount: end.itemCount, status: end.status))
            } else {
                others.insert(index)
            }
            try writeFullBatch()
        }
        for item in ended.elements {
            batch.reopened(item: item.item, was: item.status, itemCount: item.itemCount)
            try writeFullBatch()
        }
        guard ended.count == 0 || others.count > 0 else { return }
        for note in EarlierRedrive.notes(of: others, begins: ended.count == 0) { batch.note(note) }
    }

    private struct Ended: BitwiseCopyable {
        var item: Int
        var itemCount: Int
        var status: ItemStatus
    }

    /// The folder that is being written.
    public var directory: String { "\(maps)/\(Generation.new)/\(name)" }

    /// Carries over what is known of an item to its new number.
    public mutating func keep(_ found: KnownItems.Found, as index: Int) throws(RunError) {
        try known.copy(found, to: index, into: &batch)
        try writeFullBatch()
    }

    /// Adds a note, writes `map.json` and puts the new folder in the place of the old one.
    public consuming func finish(note: Note, info: Value) throws(RunError) {
        batch.note(kind: note.kind, payload: note.payload)
        try writeBatch()
        let flushing = options.durability.flushes
        if flushing, let segment = segments.segment {
            try files.flush(segment.file, path: segment.path)
            try files.flushDirectory(directory)
        }
        var text = ByteBuffer()
        text.append(string: info.prettyPrinted)
        text.append(0x0A)
        try files.replace(
            "\(directory)/\(Generation.marker)", with: UnsafeRawBufferPointer(text.bytes),
            flushing: flushing)
        try Generation.swap(name, in: maps, files, flushing: flushing)
    }

    private mutating func writeFullBatch() throws(RunError) {
        if batch.bytes.count >= Self.batchBytes { try writeBatch() }
    }

    private mutating func writeBatch() throws(RunError) {
        guard !batch.isEmpty else { return }
        try segments.append(UnsafeRawBufferPointer(batch.bytes))
        batch.removeAll()
    }
}
