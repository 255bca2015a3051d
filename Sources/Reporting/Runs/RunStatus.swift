import Engine
import JSON
import Journal
import StatesLanguage

/// How a run stands, made from its journal and, while a process works on it, from what that
/// process last wrote.
public struct RunStatus: Sendable {
    /// The run's id.
    public let id: String
    /// How far it has come.
    public let phase: RunPhase
    /// When it began, in milliseconds since 1970.
    public let startTime: Int
    /// When it ended, if it has.
    public let stopTime: Int?
    /// How the execution ended, if it has.
    public let outcome: FinishedItem?
    /// The process that works on it, in words.
    public let holder: String?
    /// Items ended a second, while a process works on it.
    public let itemsPerSecond: Double?
    /// What its calls of tasks are held to, while a process works on it.
    public let calls: CallLimit?
    /// The Map Runs: the execution's own as they began, then those of children by name.
    public let mapRuns: [MapRunStatus]
    /// What else is told of the execution.
    public let execution: ExecutionRecord

    /// The status of the run in this folder.
    ///
    /// With `countsItems: false` the Map Runs are those of the last snapshot, which is quick, unless
    /// a process was killed after it.
    public init(_ run: RunDirectory, countsItems: Bool = true) throws(RunError) {
        id = run.id
        startTime = run.info["started"]?.number?.int ?? 0
        // In this order: a process lets go of the run after it has written the outcome.
        let holder = try RunOwner.holder(of: run.path)
        let history = try ExecutionHistory.read(run.journalPath)
        outcome = history.outcome
        execution = ExecutionRecord(run, history)
        self.holder = outcome == nil ? holder : nil
        let snapshot = try run.status().flatMap { RunSnapshot($0) }
        let hasJournal = run.info["durability"]?.string != "off"
        phase = Self.phase(outcome, self.holder, hasJournal ? nil : snapshot?.phase)
        itemsPerSecond = self.holder == nil ? nil : snapshot?.itemsPerSecond
        calls = self.holder == nil ? nil : snapshot?.calls
        stopTime = outcome?.stopTime ?? (phase == .running ? nil : snapshot?.time)
        let takesSnapshot = self.holder != nil || !hasJournal
        guard countsItems || !(takesSnapshot || snapshot?.isLast(outcome) ?? false) else {
            mapRuns = snapshot?.mapRuns ?? []
            return
        }
        let records = try MapRunRecord.all(in: run, history).sorted { $0.rank < $1.rank }
        var read: [MapRunStatus] = []
        if takesSnapshot {
            read = snapshot?.mapRuns ?? []
        } else {
            for record in records { read.append(try MapRunStatus(record, whenUnended: phase)) }
        }
        for index in read.indices {
            guard let record = records.first(where: { $0.name == read[index].name }) else {
                continue
            }
            read[index].facts?.add(record)
        }
        mapRuns = read
    }

    private static func phase(
        _ outcome: FinishedItem?, _ holder: String?, _ last: RunPhase?
    ) -> RunPhase {
        if let outcome { return RunPhase(outcome.status) }
        return holder != nil ? .running : last ?? .interrupted
    }

    /// The status as one object of a listing.
    public var value: Value {
        var object = ObjectValue([
            Member("id", .string(id)), Member("status", .string(phase.rawValue)),
            Member("started", Self.date(startTime)),
        ])
        object["stopped"] = stopTime.map(Self.date)
        object["error"] = outcome?.error.map { .string($0) }
        object["cause"] = outcome?.cause.map { .string($0) }
        object["holder"] = holder.map(Value.string)
        object["itemsPerSecond"] = itemsPerSecond.map(Value.double)
        object["calls"] = calls?.value
        object["executionArn"] = .string(execution.arn)
        object["stateMachineArn"] = .string(execution.stateMachineARN)
        object["startDate"] = Self.date(startTime)
        object["stopDate"] = outcome.map { Self.date($0.stopTime) }
        object["redriveCount"] = .int(execution.redriveCount)
        object["redriveDate"] = execution.redriveTime.map(Self.date)
        object["redriveStatus"] = redriveObstacle == nil ? "REDRIVABLE" : "NOT_REDRIVABLE"
        object["redriveStatusReason"] = redriveObstacle.map { .string($0) }
        object["mapRuns"] = .array(mapRuns.map(\.value))
        return .object(object)
    }

    private static func date(_ time: Int) -> Value {
        .string(Timestamp(milliseconds: time).text)
    }

    /// Why AWS would not redrive it, if it would not.
    private var redriveObstacle: String? {
        switch outcome?.status {
        case nil: "Execution is RUNNING and cannot be redriven"
        case .succeeded: "Execution is SUCCEEDED and cannot be redriven"
        case .failed, .timedOut, .aborted: nil
        }
    }
}

extension RunSnapshot {
    /// Whether it was made after the run's end.
    fileprivate func isLast(_ outcome: FinishedItem?) -> Bool {
        outcome.map { time >= $0.stopTime } ?? false
    }
}

extension MapRunRecord {
    /// Where it is told of among others; several may have begun in one millisecond.
    fileprivate var rank: (started: Int, sequence: Int, name: String) {
        guard parent != nil else { return (.max, .max, name) }
        return (startTime ?? .max, info["sequence"]?.number?.int ?? .max, name)
    }
}

extension MapRunStatus {
    /// The status of a Map Run that no process works on, from its journal.
    init(_ record: MapRunRecord, whenUnended phase: RunPhase) throws(RunError) {
        let state = try RecoveredMapRun.read(record.path).state
        // How many items a batch has shows when it has been made.
        let haveEnded = state.totalChildren == state.counts.finished
        var items = MapRunCounts(
            state.itemCounts,
            total: state.splits.isOn ? state.total : haveEnded ? state.itemCounts.finished : nil)
        var executions = MapRunCounts(state.counts, total: state.totalChildren)
        if items.ended == executions.ended { items.total = items.total ?? executions.total }
        // Processes that come to rest have written the results of all that ended.
        items.resultsWritten = items.ended
        executions.resultsWritten = executions.ended
        executions.pendingRedrive = state.pendingRedrive
        items.pendingRedrive =
            items.ended == executions.ended || state.pendingRedrive == 0
            ? state.pendingRedrive : nil
        var settings = record.settings
        settings.merge(state.update)
        let ending = state.ending
        let own = (record.phase?.rawValue ?? ending?.status).flatMap { RunPhase(rawValue: $0) }
        let isFailed = phase == .succeeded && Self.hasFailed(record.info, state)
        var facts = MapRunFacts(
            arn: record.info["arn"]?.string ?? "", phase: own ?? (isFailed ? .failed : phase),
            settings: settings, redriveCount: max(state.redriveCount, state.redriveTimes.count))
        facts.stopTime = ending?.time
        facts.redriveTime = state.redriveTimes.last
        self.init(name: record.name, items: items, executions: executions, facts: facts)
    }

    /// Whether a Map Run of a child, whose own end is in no journal that is read here, has failed:
    /// it has not run all of its children, or more failed than it tolerates.
    private static func hasFailed(_ info: Value, _ state: MapRunState) -> Bool {
        if state.counts[.aborted] > 0 || state.pending.map({ $0 > 0 }) ?? false { return true }
        let failed = Double(state.itemCounts[.failed] + state.itemCounts[.timedOut])
        let count = info["toleratedFailureCount"]?.number?.double
        let percentage = info["toleratedFailurePercentage"]?.number?.double
        let share = (percentage ?? 0) / 100 * Double(state.itemCounts.finished)
        return failed > max(count ?? 0, share)
    }
}
