import JSON
import Journal
import Records
import StatesLanguage

/// Which successes of a Map Run a change of the workflow concerns.
struct ChangedItems {
    /// Those that have gone through a state that has changed.
    var passed = ItemSet()
    /// Those of which that cannot be told.
    var unknown = ItemSet()

    func contains(_ item: Int) -> Bool { passed.contains(item) || unknown.contains(item) }

    var count: Int { passed.count + unknown.count }
}

/// Finds the states that successes have gone through, by going through their executions once more
/// with the answers that the journal has; no task is called.
struct ChangedItemSearch {
    let ground: RedriveGround
    /// The workflows that the run has had.
    let versions: [RedriveGround.Version]
    /// The one that it goes on with.
    let new: DefinitionText
    /// The Map Runs as each version starts them.
    private let requests: [[MapRunRequest]]

    init(
        _ ground: RedriveGround, versions: [RedriveGround.Version], new: DefinitionText
    ) throws(RunError) {
        self.ground = ground
        self.versions = versions
        self.new = new
        var requests: [[MapRunRequest]] = []
        for version in versions { requests.append(try ground.requests(version.machine)) }
        self.requests = requests
    }

    /// What has changed since any of the versions for children of this Map state.
    func changes(of map: String) -> [WorkflowChange] {
        versions.map { WorkflowChange(of: map, from: $0.text, to: new) }
    }

    /// Looks at all successes of the Map Run in this folder.
    func find(_ path: String, _ info: Value) throws(RunError) -> ChangedItems {
        var found = ChangedItems()
        let changes = changes(of: info["state"]?.string ?? "")
        guard changes.contains(where: { !$0.isEmpty }) else { return found }
        let index = try ItemIndex(path, scratch: path)
        var avoided = ItemSet()
        for (number, change) in changes.enumerated() where !change.isWhole && !change.isEmpty {
            guard var request = requests[number].first(where: { $0.isOf(info) }) else { continue }
            request.edits = try ItemEdits.read(path)
            let walk = ChildWalk(
                request: request, opening: ground.opening, index: index, states: change.states,
                isRecorded: ground.options.recordsExpress,
                splits: try RecoveredMapRun.read(path).state.batchSplits)
            try walk.forEach { (item, time, passes) throws(RunError) in
                guard version(at: time) == number else { return }
                if passes { found.passed.insert(item) } else { avoided.insert(item) }
            }
        }
        for item in 0..<index.count {
            guard let time = try index.success(of: item) else { continue }
            let change = changes[version(at: time)]
            if change.isWhole {
                found.passed.insert(item)
            } else if !change.isEmpty, !found.passed.contains(item), !avoided.contains(item) {
                found.unknown.insert(item)
            }
        }
        return found
    }

    private func version(at time: Int) -> Int {
        versions.lastIndex { $0.since <= time } ?? 0
    }
}

/// Goes through the children of a Map Run that have succeeded.
private struct ChildWalk {
    let request: MapRunRequest
    let opening: ItemSourceOpening
    let index: ItemIndex
    let states: Set<String>
    /// Whether the journal has what EXPRESS children got from outside.
    let isRecorded: Bool
    /// How batches were split, where they are.
    let splits: BatchSplits?

    /// Calls `body` with each child of which can be told whether it has come to one of the states.
    func forEach(
        _ body: (_ item: Int, _ time: Int, _ passes: Bool) throws(RunError) -> Void
    ) throws(RunError) {
        guard request.plan.neverWaits || request.executionType == .standard || isRecorded else {
            return
        }
        // An input that cannot be read tells nothing of its items.
        guard let source = try? request.childSource(opening.open(request), splits: splits)
        else { return }
        let environment = EngineEnvironment(
            scheduler: RehearsalScheduler(now: 0), tasks: NoTasks(), keepsHistory: true)
        let machine = request.childMachine
        while let block = try? source.next() {
            for offset in 0..<block.count {
                let item = block.index(at: offset)
                guard let outcome = try index.outcome(of: item), outcome.status == .succeeded,
                    let child = try? block.child(at: offset).get(),
                    child.contentHash == outcome.contentHash
                else { continue }
                let facts = ExecutionFacts(
                    machine: machine, input: child.input, startTime: outcome.startTime, item: item,
                    name: child.name(machine, item))
                guard let events = try history(facts, outcome, environment) else { continue }
                try body(item, outcome.stopTime, events.contains(where: isVisit))
            }
        }
    }

    private func history(
        _ facts: ExecutionFacts, _ outcome: FinishedItem, _ environment: EngineEnvironment
    ) throws(RunError) -> [HistoryEvent]? {
        if request.plan.neverWaits {
            let advanced = Execution.advance(
                request.plan, facts: facts, environment: environment)
            guard case .ended(let end) = advanced else { return nil }
            return end.history
        }
        let past = Past(
            facts: facts, events: try index.events(of: facts.item ?? 0),
            outcome: ExecutionOutcome(outcome))
        // Where the journal does not lead to the outcome it tells nothing of the way either.
        return try? past.events(of: request.plan, Rehearsal(past.log), name: "")
    }

    private func isVisit(_ event: HistoryEvent) -> Bool {
        guard event.type.hasSuffix("StateEntered"),
            let name = event.details.first(where: { $0.key == "name" })?.value.string
        else { return false }
        return states.contains(name)
    }
}
