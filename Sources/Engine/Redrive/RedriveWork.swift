import JSON
import Journal
import StatesLanguage

/// Makes void what a redrive runs again: first in the Map Runs, then in the execution.
///
/// The order is in the execution's journal before anything else, and each step changes a journal as
/// a whole. Whoever is killed in between leaves an order that the next process carries out: what has
/// been made void by then is not found again.
struct RedriveWork {
    let ground: RedriveGround
    let order: RedriveOrder
    let journal: JournalOptions
    let time: Int
    /// The workflow that the run goes on with, and those that it has had; nil if it stays the same.
    private let change: ExecutionChange?

    init(
        _ ground: RedriveGround, _ order: RedriveOrder, _ journal: JournalOptions, time: Int
    ) throws(RunError) {
        self.ground = ground
        self.order = order
        self.journal = journal
        self.time = time
        if let file = order.definitionFile {
            change = ExecutionChange(
                new: try ground.version(file, since: time).text,
                versions: try ground.versions(without: file), keep: order.keep)
        } else {
            change = nil
        }
    }

    private var directory: RunDirectory { ground.directory }

    /// Writes the order down, and with it the repaired workflow; returns the order as it is kept.
    static func begin(
        _ order: RedriveOrder, of directory: RunDirectory, _ journal: JournalOptions, time: Int
    ) throws(RunError) -> RedriveOrder {
        var order = order
        if var text = order.repair?.text {
            let history = try ExecutionHistory.read(directory.journalPath)
            let file = "definition.\(history.definitions.count + 1).json"
            order.definitionFile = file
            let path = "\(directory.path)/\(file)"
            let written: Result<Void, RunError> = text.withUTF8 { bytes in
                do throws(RunError) {
                    try SystemFiles().replace(
                        path, with: UnsafeRawBufferPointer(bytes),
                        flushing: journal.durability != .write)
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
            try written.get()
        }
        if let items = order.items {
            let history = try ExecutionHistory.read(directory.journalPath)
            let number = history.notes.count { $0.payload["items"] != nil } + 1
            order.edits = ("edits.\(number).jsonl", items.map)
            try items.write(
                to: "\(directory.path)/edits.\(number).jsonl",
                flushing: journal.durability != .write)
        }
        try ExecutionJournal.amend(
            directory.journalPath, run: directory.id, options: journal
        ) {
            $0.note(kind: ExecutionHistory.redriveKind, payload: order.value(time: time))
        }
        return order
    }

    /// Carries the order out.
    func perform() throws(RunError) {
        let edits = try editsFile()
        let nested = try NestedMapRuns(
            ground, order, change: change?.new, search(),
            edited: edits.flatMap { edits in
                order.edits.map { (map: $0.map, contains: { edits.contains($0) }) }
            })
        for map in nested.innermostFirst { try reopenChildren(map, nested, edits) }
        try reopenExecution()
    }

    private func search() throws(RunError) -> ChangedItemSearch? {
        guard let change, order.keep == .unaffected else { return nil }
        return try ChangedItemSearch(ground, versions: change.versions, new: change.new)
    }

    // MARK: - Children

    private func reopenChildren(
        _ map: NestedMapRuns.Map, _ nested: NestedMapRuns, _ edits: ItemEdits?
    ) throws(RunError) {
        let (path, info) = map
        let state = try RecoveredMapRun.read(path).state
        if ground.settled.isKept(info, state, order) { return }
        let fate = ground.isOwn(info) ? .continues : try nested.fate(of: info)
        if fate == .left { return }
        let isUnaffectedKept = change != nil && order.keep == .unaffected
        let changes = isUnaffectedKept ? nested.changes(of: info) : []
        let affected = isUnaffectedKept ? try nested.affectedItems(map) : ChangedItems()
        let edited = try takeEdits(edits, path)
        let again = order.children.statuses.reduce(0) { $0 + state.counts[$1] }
        let others = affected.count + (edited?.count ?? 0)
        // A long journal in which nothing runs again need not be gone through.
        guard fate == .startsAgain || again + state.strikes.released.count + others > 0 else {
            return
        }
        let reopening = MapRunReopening(directory: path, run: directory.id, options: journal)
        _ = try reopening.reopen(
            order.children.statuses,
            chooses: {
                if fate == .startsAgain { return true }
                return $0.status == .succeeded
                    ? affected.contains($0.item) : edited?.contains($0.item) ?? false
            },
            keeps: { NestedMapRuns.kept($1, change?.new, changes) ?? [] })
    }

    private func editsFile() throws(RunError) -> ItemEdits? {
        guard let edits = order.edits else { return nil }
        let file = "\(directory.path)/\(edits.file)"
        guard let found = try ItemEdits(file: file, scratch: directory.path) else {
            throw RunError(.damaged, "'\(file)' is missing; put it back", path: file)
        }
        return found
    }

    /// Puts edited items in the place of a Map Run's own; tells which those are.
    private func takeEdits(_ edits: ItemEdits?, _ path: String) throws(RunError) -> ItemEdits? {
        guard let edits, let map = order.edits?.map, path.hasSuffix("/\(map)") else { return nil }
        try ItemEdits.merge(edits, into: path, flushing: journal.durability != .write)
        return edits
    }

    // MARK: - The execution

    /// Takes the execution back to the first Map Run in which something runs again, else to the
    /// state that failed; not behind a state that has changed.
    private func reopenExecution() throws(RunError) {
        let history = try ExecutionHistory.read(directory.journalPath)
        let events = ExecutionStore.counted(history.events)
        let places = try placesToReturnTo()
        let first = events.firstIndex {
            places.contains(RedrivePlan.place($0.scope.string, $0.sequence))
                || change?.voids($0) ?? false
        }
        let state = history.lastOutcome?.state?.string
        let failures = state.map { ReplayedEvent.failuresAtTheEnd(of: events, in: $0) } ?? []
        let later = first.map { Array(events[$0...]) } ?? failures
        let waits = ReplayedEvent.openWaits(
            of: events, at: history.lastOutcome?.stopTime ?? .max)
        let void = later + waits.filter { !later.contains($0) }
        try ExecutionJournal.amend(
            directory.journalPath, run: directory.id, options: journal
        ) { batch in
            for event in void {
                batch.event(
                    item: nil, scope: event.scope, sequence: event.sequence,
                    payload: ["void": true, "time": .int(time)])
            }
            if let outcome = history.lastOutcome { batch.reopened(item: 0, was: outcome.status) }
            batch.note(kind: ExecutionHistory.redrivenKind, payload: ["time": .int(time)])
        }
    }

    private func placesToReturnTo() throws(RunError) -> Set<String> {
        // By now all that runs again counts as never started.
        var places: Set<String> = []
        let plan = try RedrivePlan(directory, .pending)
        for (path, info) in try ground.maps() where ground.isOwn(info) {
            guard let map = plan.maps.first(where: { $0.path == path }) else { continue }
            let isOpen = map.again > 0 || map.pending != 0
            if !isOpen {
                let state = try RecoveredMapRun.read(path).state
                guard !ground.settled.isKept(info, state, order) else { continue }
            }
            places.insert(RedrivePlan.place(info))
        }
        guard let change else { return places }
        for (_, info) in try ground.maps() where ground.isOwn(info) && change.redefines(info) {
            places.insert(RedrivePlan.place(info))
        }
        return places
    }
}
