import JSON
import Journal

/// The Map Runs of a run's own execution that a redrive leaves as they are, as AWS does: it goes back
/// to where the execution failed.
struct SettledMapRuns {
    /// Those that failed while the execution went on: the state was tried again, or the error caught.
    private var left: Set<String> = []
    /// Those that succeeded in an execution that failed later.
    private var succeeded: Set<String> = []
    private let name: String

    /// Looks at the journal of the execution of a run with this name.
    init(_ history: ExecutionHistory, name: String) {
        self.name = name
        let end = history.lastOutcome
        var scopes: Set<Text> = []
        for event in ExecutionStore.counted(history.events).reversed() {
            let isLast = scopes.insert(event.scope).inserted
            guard let replayed = ReplayedEvent(payload: event.payload),
                case .mapRun(let result) = replayed.result
            else { continue }
            let place = RedrivePlan.place(event.scope.string, event.sequence)
            switch result {
            case .success: if let end, end.status != .succeeded { succeeded.insert(place) }
            case .failure:
                // A state inside a Parallel or inline Map has a scope of its own.
                let failed = event.scope.isEmpty ? end?.state?.string : nil
                if !isLast || replayed.state != failed ?? replayed.state { left.insert(place) }
            }
        }
    }

    /// Whether the execution has left the Map Run behind, so that nobody comes back to it.
    func hasLeft(_ info: Value) -> Bool {
        isOwn(info) && left.contains(RedrivePlan.place(info))
    }

    /// Whether a redrive leaves the Map Run as it is. Another workflow, edited rows and items that
    /// were released mean also those that have succeeded.
    func isKept(_ info: Value, _ state: MapRunState, _ order: RedriveOrder) -> Bool {
        if hasLeft(info) { return true }
        return isOwn(info) && succeeded.contains(RedrivePlan.place(info))
            && order.repair == nil && order.definitionFile == nil && order.edits == nil
            && order.items == nil && state.strikes.released.count == 0
    }

    /// Whether a Map Run belongs to the run's own execution and not to one of its children.
    func isOwn(_ info: Value) -> Bool { MapFolder.isOwn(info, ofRun: name) }
}
