import JSON
import Journal

extension Run {
    /// Takes the execution back to where a selection of its items was run, so that the rest is.
    static func widen(
        _ directory: RunDirectory, _ store: ExecutionStore, _ options: JournalOptions, _ time: Int
    ) throws(RunError) {
        let plan = try RedrivePlan(directory, .pending)
        for map in plan.maps where map.again > 0 {
            try reopenChildren(
                at: map.path, in: directory, statuses: Redrive.pending.statuses, options)
        }
        store.widen(plan, time: time)
    }
}

extension ExecutionStore {
    /// Makes void what came after the first Map Run with items left, and lets the selection go.
    ///
    /// In this order: whatever part of it survives a crash, the run either still is one of a
    /// selection or has nothing that was made of that.
    fileprivate func widen(_ plan: RedrivePlan, time: Int) {
        let places = Set(plan.maps.map(\.place))
        let first = events.firstIndex {
            places.contains(RedrivePlan.place($0.scope.string, $0.sequence))
        }
        let void = first.map { Array(events[$0...]) } ?? []
        append { batch in
            for event in void {
                batch.event(
                    item: nil, scope: event.scope, sequence: event.sequence,
                    payload: ["void": true, "time": .int(time)])
            }
            if let outcome { batch.reopened(item: 0, was: outcome.status) }
            widen(&batch)
        }
        forget(void)
    }
}
