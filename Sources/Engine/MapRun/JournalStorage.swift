import JSON
import Journal
import Records
import StatesLanguage
import Synchronization

/// Keeps outcomes in the journal of a Map Run's folder, from which results are written in order.
final class JournalStorage: MapRunStorage, CheckpointLog {
    private let journal: MapRunJournal
    private let request: MapRunRequest
    private let keepsInput: Bool
    let directory: String
    /// Values that take the place of items that are read.
    let edits: ItemEdits?
    private let export: ResultExport?
    private let pending: PendingChildren?
    private let failed: @Sendable (RunError) -> Void
    private let surroundings: Surroundings
    /// Called when the journal has room again.
    private let relief = Mutex<(@Sendable () -> Void)?>(nil)

    /// What the storage is told by those who run it.
    struct Surroundings: Sendable {
        /// The largest file of results in bytes that becomes a state's result.
        var largestResult: Int
        /// Whether the run goes on with another workflow than it began with.
        var isRepaired: Bool
        /// Hears what the user should know.
        var note: @Sendable (String) -> Void
    }

    init(
        directory: String, run: String, request: MapRunRequest, export: ResultExport?,
        pending: PendingChildren?, makeSinks: (MapRunState) throws(RunError) -> [any ResultSink],
        options: JournalOptions, splitsBatches: Bool = false, edits: ItemEdits?,
        surroundings: Surroundings,
        failed: @escaping @Sendable (RunError) -> Void
    ) throws(RunError) {
        self.directory = directory
        self.export = export
        self.pending = pending
        self.failed = failed
        self.edits = edits
        self.surroundings = surroundings
        self.request = request
        keepsInput =
            export?.configuration.transformation == WriterConfiguration.Transformation.none
            || request.writer?.showsRecords ?? false
        journal = try MapRunJournal(
            directory: directory, run: run, options: options, splitsBatches: splitsBatches,
            callbacks: JournalWriter.Callbacks(failed: failed), makeSinks: makeSinks)
    }

    /// What earlier processes have done.
    var recovered: MapRunState { journal.recovered.state }

    var redrives: ChildRedrives? {
        // Attempts with another workflow or another item cannot be gone through with this one.
        let isSame = !surroundings.isRepaired && edits == nil
        return ChildRedrives(
            request, recovered,
            numbers: isSame ? ChildEventNumbers(directory, request.plan, recovered) : nil)
    }

    /// Children at the beginning that have outcomes and need not even be read.
    var itemsToSkip: Int { recovered.finished.firstMissing() }

    func onRelief(_ action: @escaping @Sendable () -> Void) { relief.withLock { $0 = action } }

    var hasFinished: Bool { journal.recovered.state.finished.count > 0 }

    func isFinished(_ index: Int) -> Bool { journal.recovered.state.finished.contains(index) }

    func replay(of index: Int) -> ReplayLog? {
        guard journal.recovered.state.isUnfinished(index) else { return nil }
        var log = ReplayLog()
        do throws(RunError) {
            for event in try journal.recovered.events(of: index) {
                guard let replayed = ReplayedEvent(payload: event.payload) else { continue }
                log.add(replayed, path: event.scope.string, sequence: event.sequence)
            }
        } catch {
            failed(error)
        }
        return log.isEmpty ? nil : log
    }

    var splits: BatchSplits? { journal.splitsBatches ? recovered.splits : nil }

    func noteSplit(_ first: Int, count: Int) {
        append { $0.note(BatchSplits.split(first, count: count)) }
    }

    func needsInput(_ status: ItemStatus) -> Bool { keepsInput || status != .succeeded }

    var takesText: Bool { true }

    func makeBatch() -> any OutcomeBatch { JournalBatch() }

    func commit(_ batch: any OutcomeBatch) -> Bool {
        guard let batch = batch as? JournalBatch else { return true }
        do throws(RunError) {
            let appended = try journal.append(&batch.records)
            return !appended.isCongested
        } catch {
            failed(error)
            return true
        }
    }

    func requestRelief() {
        journal.whenRelieved { [self] in relief.withLock { $0 }?() }
    }

    func noteStarted(_ child: ExecutionFacts, _ identity: ItemIdentity) {
        append { Self.started(child, identity, &$0) }
    }

    func noteStarted(
        _ child: ExecutionFacts, _ identity: ItemIdentity, written: @escaping @Sendable () -> Void
    ) {
        append(written: written) { Self.started(child, identity, &$0) }
    }

    private static func started(
        _ child: ExecutionFacts, _ identity: ItemIdentity, _ batch: inout RecordBatch
    ) {
        guard let item = child.item else { return }
        batch.started(item: item, time: child.startTime)
        batch.identified(item: item, contentHash: identity.contentHash, key: identity.key)
    }

    /// Notes that the Map Run of an item goes on in the redrive of this time.
    func noteRedriven(at time: Int) {
        guard recovered.redriveTimes.last != time else { return }
        append { $0.note(MapRunState.redriven(at: time)) }
    }

    func seal(total: Int) { append { $0.sealed(total: total) } }

    /// Begins to watch for items that are to be set aside.
    func quarantine(_ rule: Quarantine.Rule) -> Quarantine {
        Quarantine(rule, recovered) { [self] note in
            append { $0.note(note) }
        }
    }

    func note(_ update: MapRunUpdate, written: @escaping @Sendable () -> Void) {
        append(written: written) { $0.note(kind: MapRunUpdate.noteKind, payload: update.value) }
    }

    var resultsWritten: (children: Int, items: Int) { journal.resultsWritten }

    func append(
        _ event: ReplayedEvent, of execution: ExecutionFacts, path: String, sequence: Int
    ) -> Mark {
        append {
            $0.event(
                item: execution.item, scope: Text(path), sequence: sequence,
                payload: event.write)
        }
    }

    @discardableResult
    private func append(
        written: (@Sendable () -> Void)? = nil, _ fill: (inout RecordBatch) -> Void
    ) -> JournalWriter.Ticket {
        var batch = RecordBatch(capacity: 1024)
        fill(&batch)
        do throws(RunError) {
            return try journal.append(&batch, written: written).ticket
        } catch {
            failed(error)
            return JournalWriter.never
        }
    }

    func whenWritten(_ mark: Mark, _ action: @escaping @Sendable () -> Void) {
        journal.whenWritten(mark, action)
    }

    func finish(
        _ end: MapRunEnd, at time: Int,
        completion: @escaping @Sendable (Result<Value, StateFault>) -> Void
    ) {
        // The end of one that no child has is in the execution's journal.
        if request.parent.item != nil {
            append { $0.note(MapRunState.ended(end.phase.rawValue, at: time)) }
        }
        journal.close { [self] error in
            if let error { return failed(error) }
            do throws(RunError) {
                if case .completed = end {} else if let export { try pending?.write(to: export) }
                let exported = try export?.complete()
                switch end {
                case .failed(let fault): completion(.failure(fault))
                case .aborted: completion(.failure(.aborted))
                case .completed:
                    if let exported { return completion(.success(exported)) }
                    guard request.usesResult else { return completion(.success(.null)) }
                    completion(try results())
                }
            } catch {
                failed(error)
            }
        }
    }

    /// Writes what was appended, without ending the Map Run.
    func pause(_ done: @escaping @Sendable () -> Void) {
        journal.pause { [self] error in
            if let error { failed(error) }
            done()
        }
    }

    /// The outputs in item order: the state's result where nothing is exported, if it is not too
    /// large to be kept in memory.
    private func results() throws(RunError) -> Result<Value, StateFault> {
        let flattens = request.writer?.transformation == "FLATTEN"
        let showsRecords = request.writer?.showsRecords ?? false
        var outputs: [Value] = []
        let file = showsRecords ? RecordLines.fileName : "results.jsonl"
        let path = "\(directory)/\(file)"
        let size = ResultReading.size(of: path)
        guard size <= surroundings.largestResult else { return .failure(tooLarge(size, file)) }
        try ResultReading.forEachLine(of: path) { (line: Value) throws(RunError) in
            if showsRecords { return outputs.append(line) }
            guard let output = line["output"] else { return }
            if flattens, let array = output.array {
                outputs += array.elements
            } else {
                outputs.append(output)
            }
        }
        return .success(.array(outputs))
    }

    private func tooLarge(_ size: Int, _ file: String) -> StateFault {
        surroundings.note(
            "\(request.state): all outputs together, \(size >> 20) MiB of \(file), are too "
                + "large for a state's result; let a ResultWriter export them, or drop the result "
                + "with \"ResultPath\": null, or in JSONata with an Output")
        return PayloadLimits.exceeded(by: request.state)
    }
}

private final class JournalBatch: OutcomeBatch {
    // Unchecked: only the worker that fills the batch touches it.
    @exclusivity(unchecked) var records = RecordBatch()
    var isEmpty: Bool { records.isEmpty }
    func add(_ outcome: FinishedItem) {
        if let key = outcome.key {
            records.identified(item: outcome.item, contentHash: outcome.contentHash, key: key)
        }
        records.finished(outcome)
    }
}
