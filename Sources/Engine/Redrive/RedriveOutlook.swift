import JSON
import Journal
import Records
import StatesLanguage

/// What a redrive is going to do, told before anything is changed: for each Map Run what is kept,
/// what runs again and why.
public struct RedriveOutlook: Sendable {
    /// One Map Run.
    public struct Map: Sendable {
        /// Its folder's name.
        public var name: String
        /// Items that keep their outcome.
        public var kept = 0
        /// Items that run again as they did not succeed.
        public var failed = 0
        /// Items that succeeded and run again as the workflow has changed.
        public var invalidated = 0
        /// Items whose content has changed.
        public var changed = 0
        /// Items that are new or were never started; nil if nobody knows how many there are.
        public var new: Int? = 0
        /// Items that are no longer there, or whose Map is not.
        public var vanished = 0
        /// Kept items that have gone through states that have changed, and those that may have.
        public var keptThoughChanged: (passed: Int, unknown: Int) = (0, 0)
        /// The states that have changed.
        public var changedStates: [String] = []
        /// Failed items that start again, as their state is gone.
        public var startAgain = 0
        /// Of those kept: items that are set aside.
        public var setAside = 0
        /// Whether it is the Map Run of an item, and starts again as that does.
        public var startsWithItem = false
        /// Whether the input is another one by now.
        public var isInputChanged = false
        /// Whether the counts look at a changed input; if not they are those of the old one.
        public var seesInput = true
        /// Whether items stand elsewhere in it, or are not there any more.
        var isReordered = false

        /// Whether anything runs again.
        public var runs: Bool { failed + invalidated + changed > 0 || new != 0 }
    }

    /// The Map Runs, by name.
    public private(set) var maps: [Map] = []
    /// Whether there is nothing to do: the execution has succeeded, and all of it stays.
    public private(set) var isIdle = false
    private let ground: RedriveGround
    private let order: RedriveOrder
    private let followsItems: Bool
    /// Whether all items that the run is of have ended, though there are more.
    private let isSelectionDone: Bool
    private let requests: [MapRunRequest]
    private let search: ChangedItemSearch?

    /// Looks at a run that is to go on with this machine. Which states each success has gone through
    /// is found out only if `followsItems`, or if what is kept depends on it: it takes time. With
    /// `isSelection` the run goes on with selected items alone.
    public init(
        _ recorded: (directory: RunDirectory, options: RunOptions), machine: StateMachine,
        order: RedriveOrder, followsItems: Bool, isSelection: Bool = false,
        folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) {
        let history = try ExecutionHistory.read(recorded.directory.journalPath)
        ground = RedriveGround(recorded.directory, recorded.options, history, folder: folder)
        self.order = order
        isSelectionDone = isSelection && history.outcome?.status == .succeeded
        self.followsItems = followsItems || order.keep == .unaffected
        requests = try ground.requests(machine)
        if let repair = order.repair {
            search = try ChangedItemSearch(
                ground, versions: ground.versions(without: nil),
                new: DefinitionText(text: repair.text, path: repair.path))
        } else {
            search = nil
        }
        let nested = try NestedMapRuns(
            ground, order, change: search?.new, search,
            edited: order.items.map { items in (map: items.map, contains: items.contains) })
        let found = try ground.maps()
        for (path, info) in found { maps.append(try map(path, info, nested)) }
        // Those that a repaired workflow has come to under another name.
        for request in requests where order.repair != nil {
            guard !found.contains(where: { request.isOf($0.info) }) else { continue }
            var map = Map(name: request.label ?? request.state)
            map.new = nil
            maps.append(map)
        }
        isIdle = try staysWhole(found.map(\.info))
    }

    /// The state at which an execution goes on that did not succeed, if the workflow has it still.
    public var failedState: String? {
        guard let outcome = ground.history.outcome, outcome.status != .succeeded,
            let state = outcome.state?.string, search.map({ $0.new.state(state) != nil }) ?? true
        else { return nil }
        return state
    }

    private func staysWhole(_ infos: [Value]) throws(RunError) -> Bool {
        guard ground.history.outcome?.status == .succeeded else { return false }
        let goesOn = maps.contains {
            $0.runs || $0.vanished > 0 || $0.isReordered || !$0.seesInput
        }
        guard !goesOn, let search else { return !goesOn }
        let change = ExecutionChange(new: search.new, versions: search.versions, keep: order.keep)
        let isVoid = ExecutionStore.counted(ground.history.events).contains(where: change.voids)
        let isRedefined = infos.contains { ground.isOwn($0) && change.redefines($0) }
        if isVoid || isRedefined { return false }
        return try !change.concerns(ground)
    }

    private func map(
        _ path: String, _ info: Value, _ nested: NestedMapRuns
    ) throws(RunError) -> Map {
        let state = try RecoveredMapRun.read(path).state
        var map = Map(name: path.split(separator: "/").last.map(String.init) ?? path)
        if ground.settled.isKept(info, state, order) {
            map.kept = state.counts.finished
            map.setAside = state.strikes.setAside.count
            return map
        }
        let fate = ground.isOwn(info) ? .continues : try nested.fate(of: info)
        if fate == .left {
            map.kept = state.counts.finished
            map.setAside = state.strikes.setAside.count
            return map
        }
        if isGone(info) {
            map.vanished = state.counts.finished
            return map
        }
        if fate == .startsAgain {
            map.setAside = state.strikes.setAside.count
            map.kept = map.setAside
            map.invalidated = state.counts.succeeded
            map.failed = state.counts.finished - map.invalidated - map.kept
            map.new = state.pending
            map.startsWithItem = true
            return map
        }
        let affected = followsItems ? try nested.affectedItems((path, info)) : ChangedItems()
        let changes = nested.changes(of: info)
        map.changedStates = nested.changedStates(of: info)
        map.startAgain = try startingAgain(path, state)
        map.isInputChanged = SourceIdentity.isFileChanged(info)
        if let request = requests.first(where: { $0.isOf(info) }) {
            let identity = SourceIdentity(request, ground.opening)
            map.isInputChanged = identity.isChanged(from: info["input"])
            if map.isInputChanged {
                return try rebased(map, path, info, request, state, affected)
            }
        }
        map.seesInput = !map.isInputChanged
        count(
            state, affected, edited: edited(map.name), isOwn: ground.isOwn(info), in: &map)
        if !followsItems, changes.contains(where: { !$0.isEmpty }) {
            map.keptThoughChanged = (0, state.counts.succeeded)
        }
        return map
    }

    /// How many items run again because they were fed back.
    private func edited(_ map: String) -> Int {
        guard let items = order.items, items.map == map else { return 0 }
        return items.count - items.abortedCount
    }

    /// Whether the new workflow has no such Map.
    private func isGone(_ info: Value) -> Bool {
        guard let search else { return false }
        guard let state = search.new.state(info["state"]?.string ?? "") else { return true }
        return (state["Label"]?.string ?? info["state"]?.string) != info["label"]?.string
    }

    private func count(
        _ state: MapRunState, _ affected: ChangedItems, edited: Int = 0, isOwn: Bool,
        in map: inout Map
    ) {
        map.failed = order.children.statuses.reduce(edited) { $0 + state.counts[$1] }
        // Those set aside are counted as failed.
        map.setAside = state.strikes.setAside.count
        let takesFailed = order.children.statuses.contains(.failed)
        map.failed += takesFailed ? -map.setAside : state.strikes.released.count
        map.new = isOwn && isSelectionDone ? 0 : state.pending
        let kept = state.counts.finished - map.failed
        map.invalidated = order.keep == .unaffected ? affected.count : 0
        map.kept = kept - map.invalidated
        if order.keep == .succeeded {
            map.keptThoughChanged = (affected.passed.count, affected.unknown.count)
        }
    }

    /// The counts where items are to be found again in another input.
    private func rebased(
        _ map: Map, _ path: String, _ info: Value, _ request: MapRunRequest, _ state: MapRunState,
        _ affected: ChangedItems
    ) throws(RunError) -> Map {
        var map = map
        let index = try ItemIndex(path, scratch: path)
        let folder = MapFolder(path: path, name: map.name, info: info, isNew: false)
        var rebase = Rebase(
            request: request, machine: request.childMachine, folder: folder,
            opening: ground.opening)
        rebase.usesIndex = search?.new.selectorUsesIndex(of: request.state) ?? false
        if search == nil {
            rebase.usesIndex = try DefinitionText.read(ground.directory.definitionPath)
                .selectorUsesIndex(of: request.state)
        }
        var tally = Map(name: map.name)
        do throws(MapRunFailure) {
            let matches = try rebase.match { (found, _) throws(RunError) in
                guard found.isFinished else { return tally.failed += 1 }
                guard try index.success(of: found.item) != nil else {
                    let status = try index.outcome(of: found.item)?.status ?? .failed
                    let isAgain =
                        !state.strikes.setAside.contains(found.item)
                        && order.children.statuses.contains(status)
                        || state.strikes.released.contains(found.item)
                        || order.items?.map == map.name
                            && order.items?.contains(found.item) ?? false
                    if isAgain { tally.failed += 1 } else { tally.kept += 1 }
                    return
                }
                guard affected.contains(found.item) else { return tally.kept += 1 }
                if order.keep == .unaffected {
                    tally.invalidated += 1
                } else {
                    tally.kept += 1
                    let isSure = affected.passed.contains(found.item)
                    tally.keptThoughChanged.passed += isSure ? 1 : 0
                    tally.keptThoughChanged.unknown += isSure ? 0 : 1
                }
            }
            map.changed = matches.counts.changed
            map.new = matches.counts.new
            map.vanished = matches.counts.vanished
            map.isReordered = !matches.isInPlace
        } catch {
            switch error {
            case .machine(let error): throw error
            case .reading, .writing: map.seesInput = false
            }
        }
        guard map.seesInput else {
            count(
                state, affected, edited: edited(map.name), isOwn: ground.isOwn(info), in: &map)
            return map
        }
        (map.kept, map.failed, map.invalidated) = (tally.kept, tally.failed, tally.invalidated)
        map.keptThoughChanged = tally.keptThoughChanged
        return map
    }

    /// Failed items of STANDARD children whose state the new workflow does not have.
    private func startingAgain(_ path: String, _ state: MapRunState) throws(RunError) -> Int {
        guard let search else { return 0 }
        var reader = try JournalReader(directory: path)
        var (count, seen) = (0, ItemSet())
        while let record = try reader.next() {
            guard let outcome = record.finished,
                order.children.statuses.contains(outcome.status),
                state.finished.contains(outcome.item), state.counts(outcome, at: record),
                seen.insert(outcome.item), let name = outcome.state
            else { continue }
            if search.new.state(String(decoding: name, as: UTF8.self)) == nil { count += 1 }
        }
        return count
    }
}
