import Journal
import Synchronization

/// The ids of events of children that have been redriven, in their histories with all attempts; see
/// `EventNumbers`.
final class ChildEventNumbers: Sendable {
    private let directory: String
    private let plan: Plan
    private let state: MapRunState
    /// What the journal says of children that run once more; nil until a message needs it.
    private let records = Mutex<ItemRecords?>(nil)

    /// Those of a Map Run whose earlier attempts had the same workflow.
    init(_ directory: String, _ plan: Plan, _ state: MapRunState) {
        self.directory = directory
        self.plan = plan
        self.state = state
    }

    /// The id in the history of an event that has this one since the last redrive.
    func id(of event: Int, in facts: ExecutionFacts) -> Int {
        guard let item = facts.item, let attempts = attempts(of: item), let now = attempts.last
        else { return event }
        var past = PastAttempts()
        let before = attempts.dropLast().filter(\.hasBegun)
        for attempt in before {
            let one = Past(
                facts: facts.attempt(
                    from: before[0].startTime,
                    attempt.number == 0 ? nil : attempt.redrives(attempt.number, [])),
                events: ExecutionStore.counted(attempt.events),
                outcome: attempt.finished.map { ExecutionOutcome($0) })
            do throws(RunError) {
                try past.add(
                    one, kept: ExecutionStore.counted(attempt.kept), plan, Rehearsal(one.log),
                    name: "")
            } catch {
                // A history that cannot be shown has no ids.
                return event
            }
        }
        let kept = ExecutionStore.counted(now.started == nil ? now.events : now.kept)
        // Going through what was kept comes to messages, too, which must not ask again.
        var redrives = facts.redrives
        redrives?.eventID = nil
        let beginning = Past(facts: facts.attempt(from: facts.startTime, redrives), events: kept)
        return past.numbers(of: beginning, kept: kept, plan)?.id(of: event) ?? event
    }

    /// All attempts of an item; nil where the journal does not have them, as where an older version
    /// has rebased it.
    private func attempts(of item: Int) -> [ItemTraces]? {
        records.withLock { records in
            do throws(RunError) {
                if records == nil {
                    records = try ItemRecords(directory) {
                        self.state.redriveCount(of: $0) > 0 && !self.state.finished.contains($0)
                    }
                }
                var found = ItemTraces.Reading(item)
                try records?.forEach(of: item) { (record) throws(RunError) in
                    try found.take(record, in: directory)
                }
                let isWhole = found.reopenings == state.redriveCount(of: item)
                return isWhole ? found.attempts : nil
            } catch {
                // The journal is read for a message alone; whoever writes it fails by itself.
                return nil
            }
        }
    }
}
