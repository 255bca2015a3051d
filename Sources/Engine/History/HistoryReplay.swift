import JSON
import Journal
import StatesLanguage

/// The history of a recorded run, made when somebody asks for it: the engine goes through the
/// execution again with the answers that the journal has, so that running needs no event log.
///
/// An execution that has not ended shows what it had done at its last recorded answer. What a
/// redrive made void is not shown.
///
/// ```swift
/// let replay = try HistoryReplay(Run.recorded(root: root, id: id), machine: machine)
/// for event in try replay.events() { print(event.description.serialized) }
/// ```
public struct HistoryReplay: Sendable {
    let directory: RunDirectory
    let options: RunOptions
    private let plan: Plan

    /// The history of this run of this machine.
    public init(
        _ recorded: (directory: RunDirectory, options: RunOptions), machine: StateMachine
    ) {
        (directory, options) = recorded
        plan = Plan(machine.workflow)
    }

    /// The events of the run's own execution.
    public func events() throws(RunError) -> [HistoryEvent] { try rehearse().events }

    /// The execution's events and the Map Runs that it came to.
    func rehearse() throws(RunError) -> (events: [HistoryEvent], mapRuns: [MapRunRequest]) {
        let journal = try ExecutionHistory.read(directory.journalPath)
        let started = directory.info["started"]?.number?.int ?? 0
        let past = Past(
            facts: options.facts(run: directory.id, startTime: started, notes: journal.notes),
            events: ExecutionStore.counted(journal.events),
            outcome: journal.outcome.map { ExecutionOutcome($0) })
        let rehearsal = Rehearsal(past.log)
        let events = try past.events(of: plan, rehearsal, name: "run '\(directory.id)'")
        return (events, rehearsal.mapRuns)
    }
}

/// What is known of an execution of the past.
struct Past {
    var facts: ExecutionFacts
    var events: [Event]
    /// How it ended, if it did.
    var outcome: ExecutionOutcome?

    var log: ReplayLog {
        var log = ReplayLog()
        for event in events {
            guard let replayed = ReplayedEvent(payload: event.payload) else { continue }
            log.add(replayed, path: event.scope.string, sequence: event.sequence)
        }
        return log
    }

    /// The last time at which anything is known of it.
    private var end: Int {
        let times = events.compactMap { $0.payload["time"]?.number?.int }
        return max(outcome?.stopTime ?? 0, times.max() ?? 0, facts.startTime)
    }

    /// Goes through the execution again.
    func events(
        of plan: Plan, _ rehearsal: Rehearsal, name: String
    ) throws(RunError) -> [HistoryEvent] {
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
        if let outcome, ended.outcome?.status != outcome.status {
            throw RunError(
                .damaged,
                "the journal does not lead to the recorded end of \(name), which is "
                    + "\(outcome.status.rawValue); ask the version of maprun that ran it")
        }
        return ended.outcome?.history ?? execution?.session.history.events ?? []
    }
}

/// Takes the outcome of a rehearsal.
private final class RehearsedEnd: @unchecked Sendable {
    // Proof: a rehearsal runs on one thread.
    var outcome: ExecutionOutcome?
}
