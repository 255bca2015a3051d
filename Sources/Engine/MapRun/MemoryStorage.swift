import JSON
import Journal
import StatesLanguage
import Synchronization

/// Keeps outcomes in memory: for Map Runs without a run directory, as in tests and `eval`.
final class MemoryStorage: MapRunStorage {
    private let outcomes = Mutex([Int: FinishedItem]())
    private let writer: MapRunRequest.Writer?
    private let machine: ExecutionFacts.Machine

    init(writer: MapRunRequest.Writer?, machine: ExecutionFacts.Machine) {
        self.writer = writer
        self.machine = machine
    }

    var hasFinished: Bool { false }
    func isFinished(_ index: Int) -> Bool { false }
    func replay(of index: Int) -> ReplayLog? { nil }
    func noteStarted(_ child: ExecutionFacts, _ identity: ItemIdentity) {}
    func noteStarted(
        _ child: ExecutionFacts, _ identity: ItemIdentity, written: @escaping @Sendable () -> Void
    ) { written() }
    var splits: BatchSplits? { nil }
    var redrives: ChildRedrives? { nil }
    func noteSplit(_ first: Int, count: Int) {}
    func needsInput(_ status: ItemStatus) -> Bool { writer?.showsRecords ?? false }
    var takesText: Bool { false }
    func makeBatch() -> any OutcomeBatch { MemoryBatch() }

    func commit(_ batch: any OutcomeBatch) -> Bool {
        guard let batch = batch as? MemoryBatch else { return true }
        outcomes.withLock { outcomes in
            for outcome in batch.outcomes { outcomes[outcome.item] = outcome }
        }
        return true
    }

    func requestRelief() {}
    func seal(total: Int) {}
    func note(_ update: MapRunUpdate, written: @escaping @Sendable () -> Void) { written() }
    var resultsWritten: (children: Int, items: Int) { (0, 0) }

    func finish(
        _ end: MapRunEnd, at time: Int,
        completion: @escaping @Sendable (Result<Value, StateFault>) -> Void
    ) {
        switch end {
        case .failed(let fault): completion(.failure(fault))
        case .aborted: completion(.failure(.aborted))
        case .completed: completion(.success(.array(results())))
        }
    }

    private func results() -> [Value] {
        let inOrder = outcomes.withLock { $0.values.sorted { $0.item < $1.item } }
        if writer?.showsRecords ?? false { return inOrder.map { $0.recordValue(machine) } }
        let outputs = inOrder.compactMap(\.output)
        guard writer?.transformation == "FLATTEN" else { return outputs }
        return outputs.flatMap { $0.array?.elements ?? [$0] }
    }
}

private final class MemoryBatch: OutcomeBatch {
    var outcomes: [FinishedItem] = []
    var isEmpty: Bool { outcomes.isEmpty }
    func add(_ outcome: FinishedItem) { outcomes.append(outcome) }
}
