import JSON
import Journal
import StatesLanguage

/// The history of a recorded run, made when somebody asks for it: the engine goes through the
/// execution again with the answers that the journal has, so that running needs no event log.
///
/// An execution that has not ended shows what it had done at its last recorded answer.
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

    /// The history of a run whose workflow has been compiled.
    init(_ directory: RunDirectory, _ options: RunOptions, _ plan: Plan) {
        self.directory = directory
        self.options = options
        self.plan = plan
    }

    /// The events of the run's own execution.
    public func events() throws(RunError) -> [HistoryEvent] {
        let journal = try ExecutionHistory.read(directory.journalPath)
        var events = try past(journal.attempts, journal).events
        if !events.isEmpty { events[0].inputText = options.inputText }
        return events
    }

    /// Which ids the events of the attempt have that goes on now; nil for a first one.
    func numbers() throws(RunError) -> RedrivenHistory.Numbers? {
        let journal = try ExecutionHistory.read(directory.journalPath)
        let attempts = journal.attempts
        guard let last = attempts.last else { return nil }
        let now = past(last.kept, last.notes, nil)
        return try past(attempts.dropLast(), journal).numbers(
            of: now, kept: now.events, try plan(last, journal))
    }

    private func past(
        _ attempts: some Sequence<ExecutionAttempt>, _ journal: ExecutionHistory
    ) throws(RunError) -> PastAttempts {
        var past = PastAttempts()
        for attempt in attempts {
            let one = self.past(
                attempt.events, attempt.notes, attempt.outcome.map { ExecutionOutcome($0) })
            try past.add(
                one, kept: ExecutionStore.counted(attempt.kept), try plan(attempt, journal),
                Rehearsal(one.log), name: "run '\(directory.id)'")
        }
        return past
    }

    private func past(_ events: [Event], _ notes: [Note], _ outcome: ExecutionOutcome?) -> Past {
        let started = directory.info["started"]?.number?.int ?? 0
        return Past(
            facts: options.facts(run: directory.id, startTime: started, notes: notes),
            events: ExecutionStore.counted(events), outcome: outcome)
    }

    /// The workflow of the attempt.
    private func plan(
        _ attempt: ExecutionAttempt, _ journal: ExecutionHistory
    ) throws(RunError) -> Plan {
        let file = attempt.notes.definitions.last?.file
        guard let file, file != directory.definitionName else { return plan }
        let ground = RedriveGround(directory, options, journal) { _ in nil }
        return Plan(try ground.version(file, since: 0).machine.workflow)
    }

    /// The execution's events and the Map Runs that it came to.
    func rehearse() throws(RunError) -> (events: [HistoryEvent], mapRuns: [MapRunRequest]) {
        let journal = try ExecutionHistory.read(directory.journalPath)
        let past = past(
            journal.events, journal.notes, journal.outcome.map { ExecutionOutcome($0) })
        let rehearsal = Rehearsal(past.log)
        let events = try past.events(of: plan, rehearsal, name: "run '\(directory.id)'")
        return (events, rehearsal.mapRuns)
    }
}
