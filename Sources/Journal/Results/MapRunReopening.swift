import JSON

/// Makes outcomes of a Map Run void, so that their children run once more.
///
/// What a child had done before it failed is written again behind the mark, so that it continues
/// there: `keeps` says which of its events still count.
public struct MapRunReopening {
    private let directory: String
    private let run: String
    private let options: JournalOptions
    private let files: any FileSystem
    private static let batchBytes = 1 << 20

    /// Works on the journal in `directory`, which no process must be writing.
    public init(
        directory: String, run: String, options: JournalOptions = JournalOptions(),
        files: any FileSystem = SystemFiles()
    ) {
        self.directory = directory
        self.run = run
        self.options = options
        self.files = files
    }

    /// A child that did not succeed, and is to continue.
    public struct Child {
        /// The state that failed.
        public var state: Text?
        /// When it ended, in milliseconds since 1970.
        public var stopTime: Int
        /// What it had got from outside.
        public var events: [Event] = []

        /// A child that ended in this state at this time.
        public init(state: Text?, stopTime: Int, events: [Event] = []) {
            self.state = state
            self.stopTime = stopTime
            self.events = events
        }
    }

    /// Reopens the children that ended with one of the statuses, of which `keeps` says what they
    /// continue from, and those that `chooses` names, which start again; tells how many those are. Those that
    /// are set aside stay; those released from that are reopened in any case.
    public func reopen(
        _ statuses: Set<ItemStatus>, chooses: (FinishedRecord) -> Bool = { _ in false },
        keeps: (Int, Child) -> [Event] = { $1.events }
    ) throws(RunError) -> Int {
        let recovered = try RecoveredMapRun.read(directory, files: files)
        let (_, next) = try recovered.prepare(flushing: options.durability.flushes)
        // All at once, so that whoever is killed here has reopened everything or nothing.
        let draft = try SegmentDraft(directory, next, run: run, files: files)
        var found = ItemSet()
        var children: [Int: Child] = [:]
        var batch = RecordBatch()
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            guard let outcome = record.finished, recovered.state.finished.contains(outcome.item),
                !recovered.state.isVoid(outcome.item, at: record.position)
            else { continue }
            let strikes = recovered.state.strikes
            let isReleased = strikes.released.contains(outcome.item)
            guard isReleased || !strikes.setAside.contains(outcome.item) else { continue }
            let startsAgain = chooses(outcome)
            guard startsAgain || isReleased || statuses.contains(outcome.status),
                found.insert(outcome.item)
            else { continue }
            if !startsAgain {
                children[outcome.item] = Child(
                    state: outcome.state.map { Text(utf8: $0) }, stopTime: outcome.stopTime)
            }
            batch.reopened(
                item: outcome.item, was: outcome.status, itemCount: outcome.itemCount)
            if batch.bytes.count >= Self.batchBytes { try draft.append(&batch) }
        }
        guard found.count > 0 else {
            try draft.discard()
            return 0
        }
        try collectEvents(&children)
        for (item, child) in children.sorted(by: { $0.key < $1.key }) {
            for event in keeps(item, child) {
                batch.event(
                    item: item, scope: event.scope, sequence: event.sequence,
                    payload: event.payload)
            }
            if batch.bytes.count >= Self.batchBytes { try draft.append(&batch) }
        }
        try draft.append(&batch)
        try draft.finish(flushing: options.durability.flushes)
        return found.count
    }

    private func collectEvents(_ found: inout [Int: Child]) throws(RunError) {
        guard !found.isEmpty else { return }
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            if let split = record.note?.splitItem { found[split]?.events = [] }
            guard let item = record.item, found[item] != nil else { continue }
            // Those that an earlier redrive wrote again take the place of the ones before it.
            if record.type == .reopened { found[item]?.events = [] }
            guard let event = record.event else { continue }
            do {
                found[item]?.events.append(try event.copied())
            } catch {
                throw JournalReader.damaged(
                    SegmentFile.path(directory, record.position.segment),
                    record.position.offset, "the event is not JSON")
            }
        }
    }
}
