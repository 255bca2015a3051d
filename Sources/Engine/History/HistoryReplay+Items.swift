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
        try events(ofItem: item, in: mapRun, fromTheFirst: true, folder: folder)
    }

    /// The events of the child, from its first attempt on or of its last one alone.
    func events(
        ofItem item: Int, in mapRun: String?, fromTheFirst: Bool,
        folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) -> [HistoryEvent] {
        let (name, info) = try findMapRun(mapRun)
        let path = directory.mapPath(name)
        let (traces, reopenings) = try ItemTraces.read(item, in: path)
        let place = "item \(item) of Map Run '\(name)'"
        guard let last = traces.last else {
            throw RunError(.notFound, "\(place) has not been started", path: path)
        }
        let request = try knownRequest(info, at: last, folder, path)
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
            of: item, request, last, folder: folder, place: place, mapPath: path)
        // EXPRESS children start again, and what ran before an item was edited had another input.
        let isOne =
            !fromTheFirst || request.executionType == .express
            || request.edits?.contains(item) ?? false
        let times = try redriveTimes()
        // Redrives before a rebase by an older version are not among the traces.
        let before =
            request.executionType == .express
            ? nil
            : try RecoveredMapRun.read(path).state.redriveCount(of: item) - reopenings
        var past = PastAttempts()
        for attempt in isOne ? [last] : traces {
            let count = before.map { max(0, $0 + attempt.number) } ?? 0
            let request =
                attempt.finished?.stopTime == last.finished?.stopTime
                ? request : try knownRequest(info, at: attempt, folder, path)
            let facts = ExecutionFacts(
                ExecutionFacts.SharedMachine(request.childMachine), input: input,
                startTime: isOne ? last.startTime : traces[0].startTime, item: item,
                redrives: count == 0 ? nil : attempt.redrives(count, times))
            let one = Past(
                facts: facts, events: ExecutionStore.counted(attempt.events),
                outcome: attempt.finished.map { ExecutionOutcome($0) })
            try past.add(
                one, kept: ExecutionStore.counted(attempt.kept), request.plan,
                Rehearsal(one.log), name: place)
        }
        return past.events
    }

    private func redriveTimes() throws(RunError) -> [Int] {
        try ExecutionHistory.read(directory.journalPath).notes
            .filter { $0.kind == ExecutionHistory.redrivenKind }
            .compactMap { $0.payload["time"]?.number?.int }
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

    private func knownRequest(
        _ info: Value, at attempt: ItemTraces,
        _ folder: @escaping @Sendable (String) -> String?, _ path: String
    ) throws(RunError) -> MapRunRequest {
        guard var request = try request(info, at: attempt.finished?.stopTime, folder) else {
            throw RunError(
                .damaged, "the journal of run '\(directory.id)' does not lead to Map Run '\(path)'",
                path: path)
        }
        request.edits = try ItemEdits.read(path)
        return request
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
