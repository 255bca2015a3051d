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
    private var segments: SegmentWriter
    private var batch = RecordBatch(capacity: 1 << 20)
    private static let batchBytes = 1 << 20

    /// Begins the new generation of the folder that `known` was read from.
    public init(
        _ known: KnownItems, run: String, options: JournalOptions
    ) throws(RunError) {
        self.known = known
        self.options = options
        files = known.files
        maps = known.directory.parentPath
        name = known.directory.lastPathPart
        let directory = "\(maps)/\(Generation.new)/\(name)"
        try Generation.removeTree(directory, files)
        try files.makeDirectories(directory)
        segments = SegmentWriter(
            directory: directory, run: run, number: 1, files: files, options: options)
        if known.recovered.state.splits.isOn { batch.note(BatchSplits.beginning) }
        for note in known.recovered.state.notes { batch.note(note) }
    }

    /// Notes which redrives the kept items have had; before any of those is carried over.
    public mutating func noteRedrives(of kept: KeptItems) throws(RunError) {
        var redrives = known.recovered.state.redrives.map { (before: $0.items, now: ItemSet()) }
        guard !redrives.isEmpty else { return }
        try kept.forEach { (index, found) throws(RunError) in
            for number in redrives.indices where redrives[number].before.contains(found.item) {
                redrives[number].now.insert(index)
            }
        }
        for (_, items) in redrives {
            for note in EarlierRedrive.notes(of: items) { batch.note(note) }
        }
    }

    /// The folder that is being written.
    public var directory: String { "\(maps)/\(Generation.new)/\(name)" }

    /// Carries over what is known of an item to its new number.
    public mutating func keep(_ found: KnownItems.Found, as index: Int) throws(RunError) {
        try known.copy(found, to: index, into: &batch)
        if batch.bytes.count >= Self.batchBytes { try writeBatch() }
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

    private mutating func writeBatch() throws(RunError) {
        guard !batch.isEmpty else { return }
        try segments.append(UnsafeRawBufferPointer(batch.bytes))
        batch.removeAll()
    }
}
