import JSON
import Journal
import Records
import Scheduling
import StatesLanguage
import Synchronization

/// Starting children and taking their outcomes.
extension MapRun {
    /// Runs the children of a block from an offset on. The pump holds a place in flight for the
    /// first; when one starts to wait it takes the place with it and the pump needs another.
    func pump(_ work: PartialBlock, with tools: Tools) {
        var outcomes = BlockOutcomes(
            storage.makeBatch(), text: wantsText ? OutputText() : nil)
        var offset = work.offset
        var holdsPlace = true
        while offset < work.block.count {
            if !holdsPlace {
                guard takePlace() else { break }
                holdsPlace = true
            }
            if isHalted.load(ordering: .relaxed) { break }
            let index = work.block.index(at: offset)
            if !tools.mayBeFinished || !storage.isFinished(index) {
                guard let waits = startChild(work.block, offset, with: tools, into: &outcomes)
                else {
                    offset = work.block.count
                    break
                }
                holdsPlace = !waits
            }
            offset += 1
        }
        finishBlock(
            PartialBlock(block: work.block, offset: offset), outcomes, holdsPlace: holdsPlace)
    }

    /// Whether outputs are written down and not looked at before.
    private var wantsText: Bool {
        storage.takesText && !environment.keepsHistory && environment.limits == nil
            && environment.tracer == nil
    }

    private func takePlace() -> Bool {
        state.withLock { state in
            guard state.inFlight < state.room else { return false }
            state.inFlight += 1
            return true
        }
    }

    private func finishBlock(
        _ rest: PartialBlock, _ outcomes: BlockOutcomes, holdsPlace: Bool
    ) {
        let hasRoom = outcomes.batch.isEmpty || storage.commit(outcomes.batch)
        state.withLock { state in
            if holdsPlace { state.inFlight -= 1 }
            count(outcomes, hasRoom: hasRoom, in: &state)
            if rest.offset < rest.block.count {
                state.giveBack(rest)
            }
        }
        // Only now: relief that came before would be undone by what has just been noted.
        if !hasRoom { storage.requestRelief() }
    }

    /// Counts the successes, and stops the pumps where the storage has no room for more.
    private func count(_ outcomes: BlockOutcomes, hasRoom: Bool, in state: inout State) {
        state.children.add(.succeeded, outcomes.children)
        state.items.add(.succeeded, outcomes.items)
        if !hasRoom {
            state.isCongested = true
            isHalted.store(true, ordering: .relaxed)
        }
    }

    /// The storage has room again.
    func relieved() {
        state.withLock { state in
            state.isCongested = false
            isHalted.store(state.stop != nil || state.isDraining, ordering: .relaxed)
        }
        wakePumps()
    }

    /// Starts one child. Tells whether it waits; nil if the block cannot be read.
    private func startChild(
        _ block: any ChildBlock, _ offset: Int, with tools: Tools,
        into outcomes: inout BlockOutcomes
    ) -> Bool? {
        let index = block.index(at: offset)
        let now = tools.scheduler.now
        do throws(RecordsError) {
            switch try block.child(at: offset) {
            case .failure(let fault):
                let identity = try block.identity(at: offset)
                var outcome = FinishedItem.failed(
                    index, contentHash: identity.contentHash, started: now, stopped: now,
                    error: fault.shortError.map { Text($0) },
                    cause: fault.shortCause.map { Text($0) },
                    state: Text(request.state))
                outcome.key = identity.key
                outcome.source = try block.source(at: offset)
                outcome.input = try block.shownInput(at: offset)
                record(outcome, into: &outcomes)
                return false
            case .success(let child): return run(child, index, now, with: tools, into: &outcomes)
            }
        } catch {
            readingFailed(error, at: index)
            return nil
        }
    }

    private func run(
        _ child: ChildInput, _ index: Int, _ now: Int, with tools: Tools,
        into outcomes: inout BlockOutcomes
    ) -> Bool {
        if let fault = environment.quarantine?.takeCondemned(index) {
            if !split(child, index) { record(setAside(child, index, now, fault), into: &outcomes) }
            return false
        }
        countInFlight(child, +1)
        let facts = ExecutionFacts(
            tools.machine, input: child.input, startTime: now, item: index,
            name: child.name(machine, index), redrives: redrives?.redrives(of: index))
        let started = Execution.advance(
            tools.plan, facts: facts, environment: tools.environment,
            replay: environment.isResumable && child.mayHaveBegun ? storage.replay(of: index) : nil,
            outputText: outcomes.text)
        switch consume started {
        case .ended(let outcome):
            countInFlight(child, -1)
            if !splits(outcome, child, index) {
                var item = finished(outcome, facts, child)
                if let text = outcomes.text, text.isComplete { item.outputText = text }
                record(item, into: &outcomes)
            }
            if environment.quarantine != nil { acquit(index) }
            return false
        case .waits(let waiting):
            let execution = Execution(waiting) { outcome in
                self.childEnded(outcome, facts, child)
            }
            state.withLock { $0.waiting[index] = execution }
            if environment.quarantine == nil {
                storage.noteStarted(facts, child.identity)
                execution.begin()
            } else {
                // Whatever kills this process must be found in the journal.
                let begin = Beginning(execution)
                storage.noteStarted(facts, child.identity) { [environment] in
                    environment.scheduler.enqueue(begin)
                }
            }
            return true
        }
    }

    private func childEnded(
        _ outcome: ExecutionOutcome, _ facts: ExecutionFacts, _ child: ChildInput
    ) {
        var outcomes = BlockOutcomes(storage.makeBatch())
        if !splits(outcome, child, facts.item ?? 0) {
            record(finished(outcome, facts, child), into: &outcomes)
        }
        let hasRoom = outcomes.batch.isEmpty || storage.commit(outcomes.batch)
        state.withLock { state in
            if let item = facts.item { state.waiting[item] = nil }
            state.inFlight -= 1
            countInFlight(child, -1)
            count(outcomes, hasRoom: hasRoom, in: &state)
        }
        if !hasRoom { storage.requestRelief() }
        if environment.quarantine != nil { acquit(facts.item ?? 0) }
        wakePumps()
    }

    /// Counts what a batch has more than one item.
    private func countInFlight(_ child: ChildInput, _ sign: Int) {
        guard child.itemCount > 1 else { return }
        batchedInFlight.wrappingAdd(sign * (child.itemCount - 1), ordering: .relaxed)
    }

    /// The item has ended: if maprun died, it was not of this one.
    private func acquit(_ item: Int) {
        environment.quarantine?.forget(item)
        let wasLast = state.withLock { state in
            state.suspects.remove(item) != nil && state.suspects.isEmpty
        }
        if wasLast { wakePumps() }
    }

    /// The outcome of an item that is not even started.
    private func setAside(
        _ child: ChildInput, _ index: Int, _ now: Int, _ fault: StateFault
    ) -> FinishedItem {
        var outcome = FinishedItem.failed(
            index, contentHash: child.contentHash, started: now, stopped: now,
            input: child.input, error: fault.shortError.map { Text($0) },
            cause: fault.shortCause.map { Text($0) }, state: Text(request.state),
            itemCount: child.itemCount)
        outcome.source = child.source
        outcome.key = child.key
        outcome.name = child.name(machine, index).map { Text($0) }
        return outcome
    }

    /// Whether what a child comes to is the end of a batch that is split, whose halves are run in
    /// its place.
    private func splits(_ outcome: ExecutionOutcome, _ child: ChildInput, _ index: Int) -> Bool {
        guard child.batch != nil, outcome.status == .failed || outcome.status == .timedOut else {
            return false
        }
        return split(child, index)
    }

    /// Gives the halves of a batch to the pumps; false if it is none, or the run is at its end.
    private func split(_ child: ChildInput, _ index: Int) -> Bool {
        guard let batch = child.batch, batch.elements.count > 1 else { return false }
        let halves = PartialBlock(block: PartBlock(halvesOf: batch, first: index), offset: 0)
        return state.withLock { state in
            guard state.stop == nil else { return false }
            // Before anything of the halves.
            storage.noteSplit(index, count: batch.elements.count)
            environment.quarantine?.acquit(index)
            state.giveBack(halves)
            return true
        }
    }

    private func finished(
        _ outcome: ExecutionOutcome, _ facts: ExecutionFacts, _ child: ChildInput
    ) -> FinishedItem {
        let index = facts.item ?? 0
        let status = outcome.status.itemStatus
        // A plain nil would be the JSON null here.
        let input = storage.needsInput(status) ? facts.input : Value?.none
        guard status == .succeeded else {
            var failed = FinishedItem.failed(
                index, contentHash: child.contentHash, status: status,
                started: facts.startTime, stopped: outcome.stopTime, input: input,
                error: outcome.error.map { Text($0) }, cause: outcome.cause.map { Text($0) },
                state: outcome.failedState.map { Text($0) }, attempts: outcome.attempts,
                itemCount: child.itemCount)
            failed.source = child.source
            failed.key = child.key
            failed.name = child.name(machine, index).map { Text($0) }
            return failed
        }
        return .succeeded(
            index, contentHash: child.contentHash, started: facts.startTime,
            stopped: outcome.stopTime, name: child.name(machine, index).map { Text($0) },
            key: child.key, input: input, output: outcome.output ?? .null,
            itemCount: child.itemCount)
    }

    /// Counts an outcome, puts it into the batch, and stops the run if it is one failure too many.
    private func record(_ outcome: FinishedItem, into outcomes: inout BlockOutcomes) {
        let items = outcome.itemCount
        outcomes.batch.add(outcome)
        observer?.childEnded(outcome, items: items)
        guard outcome.status != .succeeded else {
            outcomes.children += 1
            outcomes.items += items
            return
        }
        let isTooMany = state.withLock { state in
            state.children.add(outcome.status)
            state.items.add(outcome.status, items)
            guard state.stop == nil else { return false }
            let total = state.isSealed && request.batcher == nil ? state.seen : nil
            return state.tolerance.isExceeded(failed: state.items.unsuccessful, total: total)
        }
        if isTooMany { stop(.failed(Self.thresholdExceeded)) }
    }
}

extension MapRun {
    /// What a worker needs for each child. Where children never wait it has copies of its own:
    /// each child holds on to them for a moment, and would take the counters of its references away
    /// from the other workers.
    struct Tools {
        let plan: Plan
        let environment: EngineEnvironment
        let machine: ExecutionFacts.SharedMachine
        let scheduler: any Scheduler
        /// Whether earlier processes have finished any children.
        let mayBeFinished: Bool

        init(_ run: MapRun) {
            let isOwn = run.request.plan.neverWaits
            plan = isOwn ? Plan(copying: run.request.plan) : run.request.plan
            environment = isOwn ? run.environment.copy : run.environment
            machine =
                isOwn ? ExecutionFacts.SharedMachine(run.machine.machine) : run.machine
            scheduler = run.environment.scheduler
            mayBeFinished = run.storage.hasFinished
        }
    }
}

extension MapRun.State {
    /// Puts a block back: in order, so that with one child at a time items run in order.
    mutating func giveBack(_ rest: MapRun.PartialBlock) {
        let place = givenBack.firstIndex { $0.block.firstIndex > rest.block.firstIndex }
        givenBack.insert(rest, at: place ?? givenBack.count)
    }
}

/// Begins an execution on a worker.
private final class Beginning: Job {
    private let execution: Execution

    init(_ execution: Execution) { self.execution = execution }

    func run() { execution.begin() }
}

/// The outcomes that a pump has collected, with the successes to be counted together: to take the
/// lock for each would make workers wait for one another.
private struct BlockOutcomes {
    let batch: any OutcomeBatch
    /// For outputs that are only written down.
    let text: OutputText?
    var children = 0
    var items = 0

    init(_ batch: any OutcomeBatch, text: OutputText? = nil) {
        self.batch = batch
        self.text = text
    }
}

extension ExecutionOutcome.Status {
    var itemStatus: ItemStatus {
        switch self {
        case .succeeded: .succeeded
        case .failed: .failed
        case .timedOut: .timedOut
        case .aborted: .aborted
        }
    }
}
