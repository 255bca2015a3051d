import JSON
import Journal
import Records

extension HistoryReplay {
    /// What the children of the run's only Map Run came to; some of them, spread over all, are gone
    /// through again for their histories.
    public func measure(
        replaying count: Int = 100, folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) -> SampleMeasure {
        let (events, mapRuns) = try rehearse()
        var measure = SampleMeasure()
        measure.parentTransitions = SampleMeasure.transitions(events)
        measure.parentEvents = events.count
        guard let request = mapRuns.first, let path = try directory.mapPaths().first else {
            throw RunError(.notFound, "the execution did not come to its distributed Map")
        }
        let ends = try ends(in: path, &measure)
        measure.findRate()
        let step = max(1, ends.count / count)
        let chosen = Set(stride(from: 0, to: ends.count, by: step).prefix(count).map { ends[$0] })
        guard
            request.plan.neverWaits || request.executionType == .standard
                || options.recordsExpress
        else { return measure }
        let past = try past(of: chosen, in: path)
        try forEachChild(chosen, of: request, folder) { (index, input) throws(RunError) in
            guard let traces = past[index] else { return }
            let facts = ExecutionFacts(
                machine: request.childMachine, input: input, startTime: traces.start, item: index)
            let child = Past(
                facts: facts, events: ExecutionStore.counted(traces.events),
                outcome: traces.outcome.map { ExecutionOutcome($0) })
            let place = "item \(index) of Map Run '\(request.state)'"
            measure.add(try child.events(of: request.plan, Rehearsal(child.log), name: place))
        }
        return measure
    }

    /// How many items the run's only Map Run has in all.
    public func countItems(
        exactly isExact: Bool, folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) -> ItemCount {
        guard let request = try rehearse().mapRuns.first else {
            throw RunError(.notFound, "the execution did not come to its distributed Map")
        }
        do throws(RecordsError) {
            let opening = ItemSourceOpening(
                folder: folder, maximumRecordBytes: ItemSourceOpening.largestRecordBytes)
            return try ItemCount(opening.open(request), isExact: isExact)
        } catch {
            throw error.runError
        }
    }

    /// The indexes of children in the order of their ends.
    private func ends(
        in path: String, _ measure: inout SampleMeasure
    ) throws(RunError) -> [Int] {
        var ends: [Int] = []
        var reader = try JournalReader(directory: path)
        while let record = try reader.next() {
            guard let end = record.finished else { continue }
            measure.add(start: end.startTime, stop: end.stopTime, itemCount: end.itemCount)
            ends.append(end.item)
        }
        return ends
    }

    private struct Traces {
        var start = Int.max
        var events: [Event] = []
        var outcome: FinishedItem?
    }

    /// What the journal has of these children.
    private func past(
        of chosen: Set<Int>, in path: String
    ) throws(RunError) -> [Int: Traces] {
        var past: [Int: Traces] = [:]
        var reader = try JournalReader(directory: path)
        while let record = try reader.next() {
            guard let item = record.item, chosen.contains(item) else { continue }
            do {
                var traces = past[item] ?? Traces()
                if let started = record.started { traces.start = min(traces.start, started.time) }
                if let event = try record.event?.copied() { traces.events.append(event) }
                if let end = try record.finished?.copied() {
                    traces.outcome = end
                    traces.start = min(traces.start, end.startTime)
                }
                past[item] = traces
            } catch {
                throw RunError(.damaged, "a record of '\(path)' is not JSON: \(error)", path: path)
            }
        }
        return past
    }

    /// Calls `body` with the inputs of these children, made from the source again.
    private func forEachChild(
        _ chosen: Set<Int>, of request: MapRunRequest,
        _ folder: @escaping @Sendable (_ bucket: String) -> String?,
        _ body: (Int, Value) throws(RunError) -> Void
    ) throws(RunError) {
        let ranges = Selection.merged(chosen.map { $0...$0 })
        do throws(RecordsError) {
            let opening = ItemSourceOpening(
                folder: folder, maximumRecordBytes: ItemSourceOpening.largestRecordBytes)
            let source = SelectedSource(
                request.childSource(try opening.open(request)), ranges: ranges)
            while let block = try source.next() {
                for offset in 0..<block.count {
                    guard case .success(let child) = try block.child(at: offset) else { continue }
                    do throws(RunError) {
                        try body(block.index(at: offset), child.input)
                    } catch {
                        throw RecordsError(.malformed, file: "", error.message)
                    }
                }
            }
        } catch {
            throw error.runError
        }
    }
}
