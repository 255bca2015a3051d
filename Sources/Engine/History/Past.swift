import JSON
import Journal
import StatesLanguage

/// What is known of an execution of the past.
struct Past {
    var facts: ExecutionFacts
    var events: [Event]
    /// How it ended, if it did.
    var outcome: ExecutionOutcome?
    /// A time up to which it is known that nothing else happened.
    var time: Int?

    var log: ReplayLog { ReplayLog(events) }

    /// The last time at which anything is known of it.
    fileprivate var end: Int {
        let times = events.compactMap { $0.payload["time"]?.number?.int }
        return max(outcome?.stopTime ?? time ?? 0, times.max() ?? 0, facts.startTime)
    }

    /// Goes through the execution again.
    func events(
        of plan: Plan, _ rehearsal: Rehearsal, name: String
    ) throws(RunError) -> [HistoryEvent] {
        let (execution, ended) = rehearse(plan, rehearsal)
        if let outcome, ended.outcome?.status != outcome.status {
            throw RunError(
                .damaged,
                "the journal does not lead to the recorded end of \(name), which is "
                    + "\(outcome.status.rawValue); ask the version of maprun that ran it")
        }
        return ended.outcome?.history ?? execution?.session.history.events ?? []
    }

    /// Goes through what a redrive has left of the execution.
    func beginning(of plan: Plan) -> RedrivenHistory.Beginning {
        let (execution, ended) = rehearse(plan, Rehearsal(log))
        return RedrivenHistory.Beginning(
            events: ended.outcome?.history ?? execution?.session.history.events ?? [],
            waiting: ended.outcome == nil ? execution?.waiting ?? [] : [],
            hasEnded: ended.outcome != nil)
    }

    private func rehearse(_ plan: Plan, _ rehearsal: Rehearsal) -> (Execution?, RehearsedEnd) {
        let scheduler = RehearsalScheduler(now: facts.startTime)
        let ended = RehearsedEnd()
        let execution = Execution.start(
            plan, facts: facts, environment: EngineEnvironment(rehearsal, scheduler: scheduler)
        ) { ended.outcome = $0 }
        scheduler.run(until: end)
        if ended.outcome == nil, let outcome, outcome.status == .aborted {
            execution?.stop(StateFault(error: outcome.error, cause: outcome.cause))
            scheduler.run(until: end)
        }
        return (execution, ended)
    }
}

/// An execution of the past in its attempts, oldest first: each begins with a redrive, but the first.
struct PastAttempts {
    private var history = RedrivenHistory()
    private var last: Past?

    var events: [HistoryEvent] { history.events }

    /// Adds one that began with what was `kept` of the events before it.
    mutating func add(
        _ past: Past, kept: [Event], _ plan: Plan, _ rehearsal: Rehearsal, name: String
    ) throws(RunError) {
        guard let beginning = beginning(of: past, kept, plan), let redrives = past.facts.redrives
        else {
            history.begin(try past.events(of: plan, rehearsal, name: name))
            last = past
            return
        }
        let numbers = history.numbers(from: beginning, redrives)
        var numbered = past
        numbered.facts = past.facts.numbering { numbers.id(of: $0) }
        let events = try numbered.events(of: plan, rehearsal, name: name)
        history.add(events, from: beginning, redrives)
        last = past
    }

    /// The ids that events have of one that goes on with what was `kept`; nil for a first attempt.
    func numbers(of past: Past, kept: [Event], _ plan: Plan) -> RedrivenHistory.Numbers? {
        guard let beginning = beginning(of: past, kept, plan), let redrives = past.facts.redrives
        else { return nil }
        return history.numbers(from: beginning, redrives)
    }

    private func beginning(
        of past: Past, _ kept: [Event], _ plan: Plan
    ) -> RedrivenHistory.Beginning? {
        guard let last else { return nil }
        var begun = past
        begun.events = kept
        begun.outcome = nil
        begun.time = last.end
        return begun.beginning(of: plan)
    }
}

/// Takes the outcome of a rehearsal.
private final class RehearsedEnd: @unchecked Sendable {
    // Proof: a rehearsal runs on one thread.
    var outcome: ExecutionOutcome?
}
