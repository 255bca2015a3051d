import JSON
import Journal

/// What a redrive does with the Map Runs that items of another have, told by what becomes of those
/// items. It looks at journals in which nothing has been made void yet: those of nested Map Runs
/// are changed before the ones that they belong to.
final class NestedMapRuns {
    /// What becomes of a Map Run.
    enum Fate {
        /// Nobody comes back to it: its item stays as it ended, or goes on behind it.
        case left
        /// Its item continues there.
        case continues
        /// Its item starts again from the beginning, and may come to it with other data.
        case startsAgain
    }

    typealias Map = (path: String, info: Value)

    private let ground: RedriveGround
    private let order: RedriveOrder
    private let change: DefinitionText?
    private let search: ChangedItemSearch?
    private let edited: (map: String, contains: (Int) -> Bool)?
    private let maps: [Map]
    private let byArn: [String: Map]
    private var indexes: [String: ItemIndex] = [:]
    private var states: [String: MapRunState] = [:]
    private var affected: [String: ChangedItems] = [:]

    /// With `edited`, which items of which folder are fed back, with `change` the workflow that the
    /// run goes on with, if that is another.
    init(
        _ ground: RedriveGround, _ order: RedriveOrder, change: DefinitionText?,
        _ search: ChangedItemSearch?, edited: (map: String, contains: (Int) -> Bool)?
    ) throws(RunError) {
        self.ground = ground
        self.order = order
        self.change = change
        self.search = search
        self.edited = edited
        maps = try ground.maps()
        byArn = maps.reduce(into: [:]) { $0[$1.info["arn"]?.string ?? ""] = $1 }
    }

    /// All Map Runs, those of items before those that the items belong to.
    var innermostFirst: [Map] {
        let depths = maps.map { (map: $0, depth: depth($0.info)) }
        return depths.sorted { $0.depth > $1.depth }.map(\.map)
    }

    private func depth(_ info: Value) -> Int { parent(of: info).map { depth($0.info) + 1 } ?? 0 }

    private func parent(of info: Value) -> Map? {
        info["parent"]?["arn"]?.string.flatMap { byArn[$0] }
    }

    /// The changes that concern children of this Map Run, or items around them.
    func changes(of info: Value) -> [WorkflowChange] {
        ownChanges(of: info) + (parent(of: info).map { changes(of: $0.info) } ?? [])
    }

    private func ownChanges(of info: Value) -> [WorkflowChange] {
        search?.changes(of: info["state"]?.string ?? "") ?? []
    }

    /// The states that have changed: those that its children come to, else those around.
    func changedStates(of info: Value) -> [String] {
        let own = ownChanges(of: info)
        let changes = own.contains { !$0.isEmpty } ? own : changes(of: info)
        return changes.reduce(into: Set<String>()) { $0.formUnion($1.states) }.sorted()
    }

    /// The successes that a change of the workflow concerns.
    func affectedItems(_ map: Map) throws(RunError) -> ChangedItems {
        if let known = affected[map.path] { return known }
        var found = try search?.find(map.path, map.info) ?? ChangedItems()
        if parent(of: map.info) != nil, changes(of: map.info).contains(where: { !$0.isEmpty }) {
            // What its item brings to it may be other data.
            let index = try index(map.path)
            for item in 0..<index.count where try index.success(of: item) != nil {
                if !found.passed.contains(item) { found.unknown.insert(item) }
            }
        }
        affected[map.path] = found
        return found
    }

    /// What becomes of a Map Run of an item.
    func fate(of info: Value) throws(RunError) -> Fate {
        // An older version has not kept whose it is.
        guard let parent = parent(of: info), let item = info["parent"]?["item"]?.number?.int
        else { return .continues }
        if ground.isOwn(parent.info) {
            if try ground.settled.isKept(parent.info, state(parent.path), order) { return .left }
        } else {
            let outer = try fate(of: parent.info)
            if outer != .continues { return outer }
        }
        let events = try index(parent.path).events(of: item)
        guard let outcome = try index(parent.path).outcome(of: item) else {
            return Self.isPassed(info, events) ? .left : .continues
        }
        let strikes = try state(parent.path).strikes
        let isReleased = strikes.released.contains(item)
        guard isReleased || !strikes.setAside.contains(item) else { return .left }
        if outcome.status == .succeeded {
            guard order.keep == .unaffected else { return .left }
            return try affectedItems(parent).contains(item) ? .startsAgain : .left
        }
        if let edited, parent.path.hasSuffix("/\(edited.map)"), edited.contains(item) {
            return .startsAgain
        }
        guard isReleased || order.children.statuses.contains(outcome.status) else { return .left }
        let child = MapRunReopening.Child(
            state: outcome.state, stopTime: outcome.stopTime, events: events)
        let changes = order.keep == .unaffected ? self.changes(of: parent.info) : []
        guard let kept = Self.kept(child, change, changes) else { return .startsAgain }
        return Self.isPassed(info, kept) ? .left : .continues
    }

    /// Whether an execution with these events has come past the Map Run.
    private static func isPassed(_ info: Value, _ events: [Event]) -> Bool {
        ExecutionStore.counted(events).contains {
            $0.payload["mapRun"] != nil
                && RedrivePlan.place($0.scope.string, $0.sequence) == RedrivePlan.place(info)
        }
    }

    /// What a child continues from: where it is to have gone through no state that has changed, only
    /// what comes before the first of those; nil if it starts again, as its failed state is gone.
    static func kept(
        _ child: MapRunReopening.Child, _ change: DefinitionText?, _ changes: [WorkflowChange]
    ) -> [Event]? {
        let events = child.kept
        guard let change else { return events }
        if let state = child.state?.string, change.state(state) == nil { return nil }
        if changes.contains(where: \.isWhole) { return nil }
        let states = changes.reduce(into: Set<String>()) { $0.formUnion($1.states) }
        return Array(
            events.prefix { event in
                event.payload["state"]?.string.map { !states.contains($0) } ?? true
            })
    }

    private func index(_ path: String) throws(RunError) -> ItemIndex {
        if let known = indexes[path] { return known }
        let index = try ItemIndex(path, scratch: path)
        indexes[path] = index
        return index
    }

    private func state(_ path: String) throws(RunError) -> MapRunState {
        if let known = states[path] { return known }
        let state = try RecoveredMapRun.read(path).state
        states[path] = state
        return state
    }
}
