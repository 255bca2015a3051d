import JSON
import Journal
import Records
import StatesLanguage

/// The history of one child of a Map Run.
///
/// What a STANDARD child got from outside stays in the Map Run's journal. Its input is there only
/// if it failed or the results show inputs; else the item is read from its source again and must
/// be the same. Of an EXPRESS child nothing is kept but its end, unless the run was told to: else it
/// has a history only if nothing in it comes from outside.
extension HistoryReplay {
    /// The events of the child with this index.
    ///
    /// - Parameters:
    ///   - item: the item's index, from 0.
    ///   - mapRun: the name of the Map Run's folder; may be left out where there is only one.
    ///   - folder: the folder that stands for a bucket.
    public func events(
        ofItem item: Int, in mapRun: String? = nil,
        folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) -> [HistoryEvent] {
        let (name, info) = try findMapRun(mapRun)
        let path = directory.mapPath(name)
        let traces = try ItemTraces.read(item, in: path)
        let place = "item \(item) of Map Run '\(name)'"
        guard traces.isKnown else {
            throw RunError(.notFound, "\(place) has not been started", path: path)
        }
        guard var request = try request(info, at: traces.finished?.stopTime, folder) else {
            throw RunError(
                .damaged, "the journal of run '\(directory.id)' does not lead to Map Run '\(name)'",
                path: path)
        }
        request.edits = try ItemEdits.read(path)
        guard
            request.executionType == .standard || request.plan.neverWaits
                || options.recordsExpress
        else {
            throw RunError(
                .notFound,
                "\(place) was an EXPRESS execution, of which only the end is kept; start the run "
                    + "with --record-express to have histories of those too", path: path)
        }
        let input = try input(
            of: item, request, traces, folder: folder, place: place, mapPath: path)
        let facts = ExecutionFacts(
            machine: request.childMachine, input: input, startTime: traces.startTime, item: item)
        let past = Past(
            facts: facts, events: ExecutionStore.counted(traces.events),
            outcome: traces.finished.map { ExecutionOutcome($0) })
        return try past.events(of: request.plan, Rehearsal(past.log), name: place)
    }

    private func findMapRun(_ wanted: String?) throws(RunError) -> (name: String, info: Value) {
        var found: [(String, Value)] = []
        for path in try directory.mapPaths() {
            guard let info = try MapFolder.info(at: path),
                MapFolder.isOwn(info, ofRun: directory.name)
            else { continue }
            found.append((path.split(separator: "/").last.map(String.init) ?? path, info))
        }
        let names = found.map(\.0).joined(separator: ", ")
        if let wanted {
            if let one = found.first(where: { $0.0 == wanted }) { return one }
            throw RunError(
                .notFound,
                "run '\(directory.id)' has no Map Run '\(wanted)'; it has: \(names)",
                path: directory.path)
        }
        if let one = found.first, found.count == 1 { return one }
        throw RunError(
            .notFound,
            found.isEmpty
                ? "run '\(directory.id)' has no Map Run"
                : "run '\(directory.id)' has several Map Runs; name one of: \(names)",
            path: directory.path)
    }

    /// The Map Run of a folder, as the execution started it with the workflow of that time.
    private func request(
        _ info: Value, at time: Int?, _ folder: @escaping @Sendable (String) -> String?
    ) throws(RunError) -> MapRunRequest? {
        let history = try ExecutionHistory.read(directory.journalPath)
        let file = history.definitions.last { $0.since <= time ?? .max }?.file
        if let file, file != directory.definitionName {
            let ground = RedriveGround(directory, options, history, folder: folder)
            let machine = try ground.version(file, since: 0).machine
            return try ground.requests(machine).first { $0.isOf(info) }
        }
        return try rehearse().mapRuns.first {
            $0.path == info["path"]?.string && $0.sequence == info["sequence"]?.number?.int
        }
    }

    private func input(
        of item: Int, _ request: MapRunRequest, _ traces: ItemTraces,
        folder: @escaping @Sendable (String) -> String?, place: String, mapPath: String
    ) throws(RunError) -> Value {
        if let input = traces.finished?.input { return input }
        let splits = try RecoveredMapRun.read(mapPath).state.batchSplits
        var found: ChildInput?
        do throws(RecordsError) {
            found = try Self.read(item, request, folder, splits)
        } catch {
            throw error.runError
        }
        let known = traces.finished?.contentHash
        guard let found, known == nil || known == found.contentHash else {
            throw RunError(
                .damaged,
                "\(place) is another one than when it was run, or gone; put the old input back",
                path: directory.path)
        }
        return found.input
    }

    /// Makes the child's input from the source again.
    private static func read(
        _ item: Int, _ request: MapRunRequest, _ folder: @escaping @Sendable (String) -> String?,
        _ splits: BatchSplits?
    ) throws(RecordsError) -> ChildInput? {
        let opening = ItemSourceOpening(
            folder: folder, maximumRecordBytes: ItemSourceOpening.largestRecordBytes)
        let isBatched = request.batcher != nil
        let source = request.childSource(
            try opening.open(request), skip: isBatched ? 0 : item, splits: splits)
        while let block = try source.next() {
            guard item < block.endIndex else { continue }
            let offset = (0..<block.count).first { block.index(at: $0) == item }
            guard let offset, case .success(let child) = try block.child(at: offset) else {
                return nil
            }
            return child
        }
        return nil
    }
}

/// What the journal of a Map Run has of one item.
private struct ItemTraces {
    var started: Int?
    var events: [Event] = []
    var finished: FinishedItem?

    var isKnown: Bool { started != nil || finished != nil }

    /// An item that was interrupted has started more than once; its events began with the first.
    var startTime: Int { min(started ?? .max, finished?.startTime ?? .max) }

    static func read(_ item: Int, in directory: String) throws(RunError) -> ItemTraces {
        var traces = ItemTraces()
        var reader = try JournalReader(directory: directory)
        while let record = try reader.next() {
            // Its first part goes by the same number.
            if record.note?.splitItem == item { traces = ItemTraces() }
            guard record.item == item else { continue }
            do {
                try traces.take(record)
            } catch {
                throw RunError(
                    .damaged, "a record of item \(item) in '\(directory)' is not JSON: \(error)",
                    path: directory)
            }
        }
        return traces
    }

    private mutating func take(_ record: Record) throws(ParseError) {
        switch record.type {
        case .started: if started == nil { started = record.started?.time }
        case .event: if let event = try record.event?.copied() { events.append(event) }
        case .finished: if finished == nil { finished = try record.finished?.copied() }
        // It runs again from its beginning.
        case .reopened: self = ItemTraces()
        case .sealed, .note, .announced, .checkpoint, .identified: break
        }
    }
}
