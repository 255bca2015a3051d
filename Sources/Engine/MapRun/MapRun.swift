import JSON
import Journal
import Records
import Scheduling
import StatesLanguage
import Synchronization

/// One run of a distributed Map: takes children from a feed, keeps as many in flight as allowed,
/// and hands every outcome to the storage.
///
/// As a job it is a pump: each time it is enqueued, one worker takes blocks and runs their
/// children until there is nothing to take or no room. Children that never wait run to their end
/// on the pump; others go on by themselves and wake a pump when they end.
final class MapRun: Job {
    struct State: ~Copyable {
        /// Blocks that a pump gave back because there was no room for more in flight.
        var givenBack: [PartialBlock] = []
        var pumps = 0
        /// A pump was asked for while the most possible were at work.
        var pumpAgain = false
        /// Children that have been started, or for which a pump holds a place.
        var inFlight = 0
        var limit: Int
        /// Finds the limit where it is to follow how calls get on.
        var finder: ConcurrencyFinder?
        var tolerance: Tolerance
        /// What `limit` and `tolerance` are made of.
        var settings: MapRunUpdate
        /// How many children a redrive runs again, and how many had ended when it began.
        var reopened = 0
        var endedBefore = 0
        var redriveCount = 0
        var waiting: [Int: Execution] = [:]
        /// Items that may be what maprun died of: while there are any, one runs at a time.
        var suspects: Set<Int> = []
        var children = MapRunCounts()
        var items = MapRunCounts()
        /// Children seen so far: the total once the feed has ended.
        var seen = 0
        /// Where not all children are run: those that are.
        var selected: SelectedSource?
        var feedHasEnded = false
        /// How many pumps are asking the feed: what they get is not in `seen` yet.
        var asking = 0
        /// Whether a pump found no room while one that asked held a place.
        var turnedAway = false
        /// Whether the feed has ended and `seen` counts all that came from it.
        var isSealed = false
        /// Why reading came to its end before the input did.
        var readFailure: StateFault?
        var isCongested = false
        var stop: MapRunEnd?
        var isDraining = false
        var hasEnded = false
        /// Whether everything is written and `onEnd` was called.
        var hasTold = false
        /// How it came to its end, once `hasEnded`.
        var end: MapRunEnd?
        var stopTime: Int?
    }

    struct PartialBlock {
        var block: any ChildBlock
        var offset: Int
    }

    let request: MapRunRequest
    let machine: ExecutionFacts.SharedMachine
    let environment: EngineEnvironment
    let storage: any MapRunStorage
    let redrives: ChildRedrives?
    let observer: (any RunObserver)?
    let state: Mutex<State>
    /// Whether pumps should start no more children; changed under the lock of `state`, read
    /// without it for each child.
    let isHalted = Atomic<Bool>(false)
    /// How many items are in flight beyond one for each child: what batches have more.
    let batchedInFlight = Atomic<Int>(0)
    let feedBox = Mutex<(any ChildFeed)?>(nil)
    private let onEnd: @Sendable (Result<Value, StateFault>) -> Void

    /// AWS's number of children in flight where the state sets none.
    static let defaultConcurrency = 10_000

    init(
        _ request: MapRunRequest, machine: ExecutionFacts.Machine,
        environment: EngineEnvironment, storage: any MapRunStorage,
        observer: (any RunObserver)? = nil,
        onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
    ) {
        self.request = request
        self.machine = ExecutionFacts.SharedMachine(machine)
        self.environment = environment
        self.storage = storage
        redrives = storage.redrives
        self.observer = observer
        self.onEnd = onEnd
        let settings = MapRunUpdate(
            maxConcurrency: request.maxConcurrency,
            toleratedFailureCount: request.toleratedFailureCount,
            toleratedFailurePercentage: request.toleratedFailurePercentage)
        state = Mutex(
            State(
                limit: settings.limit, tolerance: Tolerance(settings), settings: settings,
                suspects: environment.quarantine?.suspects ?? []))
    }

    /// Starts to work on the children of a feed, which come from `selected` if not all are run.
    func begin(_ feed: any ChildFeed, selected: SelectedSource? = nil) {
        state.withLock { state in
            state.selected = selected
            if selected != nil { state.seen = 0 }
        }
        feedBox.withLock { $0 = feed }
        wakePumps()
    }

    /// Lets as many pumps work as there are workers.
    func wakePumps() {
        let count = state.withLock { state in
            let missing = max(0, environment.scheduler.workerCount - state.pumps)
            if missing == 0 { state.pumpAgain = true }
            state.pumps += missing
            return missing
        }
        for _ in 0..<count { environment.scheduler.enqueue(self) }
    }

    func run() {
        let tools = Tools(self)
        while let work = takeWork() {
            pump(work, with: tools)
            // The journal's writing is a job too, and must not wait for the end of the input.
            if environment.scheduler.isCrowded { return environment.scheduler.enqueue(self) }
        }
    }

    /// Takes over what earlier processes have counted.
    func recover(_ recovered: MapRunState) {
        state.withLock { state in
            state.children = MapRunCounts(recovered.counts)
            state.items = MapRunCounts(recovered.itemCounts)
            state.seen = recovered.finished.firstMissing()
            state.endedBefore = state.children.ended
            state.reopened = recovered.pendingRedrive
            state.redriveCount = max(recovered.redriveCount, recovered.redriveTimes.count)
        }
    }

    /// Whether nothing is under way but executions that can be resumed.
    var isQuiet: Bool {
        state.withLock { state in
            guard !state.hasEnded else { return state.hasTold }
            return state.pumps == 0 && (environment.isResumable || state.inFlight == 0)
        }
    }

    /// Whether the outcome is known.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Starts no more children; `onEnd` is not called, what runs goes on to its end.
    func drain() {
        state.withLock { state in
            state.isDraining = true
            isHalted.store(true, ordering: .relaxed)
        }
    }

    /// How much of the input has been read, from 0 to 1, where that can be told.
    var fractionRead: Double? {
        guard let progress = feedBox.withLock({ $0 })?.progress,
            let total = progress.totalBytes, total > 0
        else { return nil }
        return min(1, Double(progress.bytesRead) / Double(total))
    }

    /// Ends the run before its time: aborts what runs and leaves the rest pending.
    func stop(_ end: MapRunEnd) {
        let running = state.withLock { state -> [Execution] in
            guard state.stop == nil, !state.hasEnded else { return [] }
            state.stop = end
            isHalted.store(true, ordering: .relaxed)
            return Array(state.waiting.values)
        }
        feedBox.withLock { $0 }?.stop()
        for execution in running { execution.stop(.aborted) }
        endIfDone()
    }

    // MARK: - Taking work

    /// A block with a place in flight for its first child; nil retires the pump.
    private func takeWork() -> PartialBlock? {
        while true {
            switch reserve() {
            case .retire: return retire()
            case .work(let work): return work
            case .askFeed: break
            }
            switch feedBox.withLock({ $0 })?.take() ?? .end {
            case .block(let block):
                let count = count(of: block)
                hasAsked { state in
                    state.seen =
                        state.selected == nil
                        ? max(state.seen, block.endIndex) : state.seen + count
                }
                return PartialBlock(block: block, offset: 0)
            case .later:
                hasAsked { $0.inFlight -= 1 }
                if missedCall() { continue }
                return retire()
            case .end: feedEnded(nil)
            case .failed(let error): feedEnded(error)
            }
        }
    }

    /// With batches that may be split it is the items that are counted.
    func count(of block: any ChildBlock) -> Int {
        storage.splits == nil ? block.count : block.endIndex - block.firstIndex
    }

    private enum Reservation {
        case retire
        case work(PartialBlock)
        case askFeed
    }

    private func reserve() -> Reservation {
        state.withLock { state in
            guard state.stop == nil, !state.isDraining, !state.isCongested else { return .retire }
            guard state.inFlight < state.room else {
                if state.asking > 0 { state.turnedAway = true }
                return .retire
            }
            if !state.givenBack.isEmpty {
                state.inFlight += 1
                return .work(state.givenBack.removeFirst())
            }
            if state.feedHasEnded { return .retire }
            state.inFlight += 1
            state.asking += 1
            return .askFeed
        }
    }

    /// Whether a pump that was woken for what there is by now has retired, as this one held the
    /// last place while it asked in vain.
    private func missedCall() -> Bool {
        state.withLock { state in
            defer { state.turnedAway = false }
            return state.turnedAway
        }
    }

    private func retire() -> PartialBlock? {
        let again = state.withLock { state in
            defer { state.pumpAgain = false }
            if !state.pumpAgain { state.pumps -= 1 }
            return state.pumpAgain
        }
        if again {
            environment.scheduler.enqueue(self)
        } else {
            endIfDone()
        }
        return nil
    }

    private func feedEnded(_ error: RecordsError?) {
        hasAsked { state in
            state.inFlight -= 1
            if !state.feedHasEnded { state.readFailure = error?.readerFault }
            state.feedHasEnded = true
        }
    }

    /// Takes in what the feed has answered. The total is known once it has ended and every pump
    /// that asked it has taken in what it got: one may have the last block in its hands still.
    private func hasAsked(_ change: (inout State) -> Void) {
        let total = state.withLock { state -> Int? in
            state.asking -= 1
            change(&state)
            guard state.feedHasEnded, state.asking == 0, !state.isSealed,
                state.readFailure == nil
            else { return nil }
            state.isSealed = true
            // With batches that may be split it is the items that are known.
            if storage.splits == nil {
                state.children.total = state.seen
            } else {
                state.items.total = state.seen
            }
            return state.selected.map(\.total) ?? state.seen
        }
        if let total { storage.seal(total: total) }
    }

    /// An item cannot be read: what comes before it is still run, what comes after it is not.
    func readingFailed(_ error: RecordsError, at index: Int) {
        state.withLock { state in
            state.readFailure = state.readFailure ?? error.readerFault
            state.feedHasEnded = true
            state.givenBack.removeAll { $0.block.firstIndex > index }
        }
        feedBox.withLock { $0 }?.stop()
    }

    // MARK: - Ending

    func endIfDone() {
        let time = environment.scheduler.now
        guard let end = state.withLock({ ending(&$0, at: time) }) else { return }
        storage.finish(end, at: time) { result in
            self.onEnd(result)
            self.state.withLock { $0.hasTold = true }
        }
    }

    private func ending(_ state: inout State, at time: Int) -> MapRunEnd? {
        guard !state.hasEnded, !state.isDraining, state.pumps == 0, state.inFlight == 0,
            state.stop != nil || (state.feedHasEnded && state.givenBack.isEmpty)
        else { return nil }
        state.hasEnded = true
        let total = state.items.ended
        let isExceeded = state.tolerance.isExceeded(
            failed: state.items.unsuccessful, total: total)
        let fault = state.readFailure ?? (isExceeded ? Self.thresholdExceeded : nil)
        let end = state.stop ?? fault.map(MapRunEnd.failed) ?? .completed
        state.end = end
        state.stopTime = time
        return end
    }

    static let thresholdExceeded = StateFault(
        error: "States.ExceedToleratedFailureThreshold",
        cause: "The specified tolerated failure threshold was exceeded", origin: .service)
}
