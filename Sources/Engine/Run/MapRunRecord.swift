import JSON
import Journal

/// A Map Run as it lies in the folder of its run, whether a process works on it or not.
public struct MapRunRecord: Sendable {
    /// Its folder.
    public let path: String
    /// What `map.json` says: where it stands, its ARN and settings. Empty until that is written.
    public let info: Value
    /// How it ended; nil if it has not.
    public let phase: MapRunProgress.Phase?
    /// When it ended, in milliseconds since 1970.
    public let stopTime: Int?
    /// The execution that it belongs to, and how often and when it has been redriven with that; nil
    /// where that is a child of another Map Run.
    public let parent: Parent?

    /// What the execution of a Map Run tells of it.
    public struct Parent: Sendable {
        /// The execution's ARN.
        public var arn: String
        /// How often the Map Run has been redriven.
        public var redriveCount: Int
        /// When it was redriven last.
        public var redriveTime: Int?
    }

    /// The folder's name, which users call it by.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The ARN of the execution that it belongs to.
    public var executionARN: String? { parent?.arn ?? info["parent"]?["executionArn"]?.string }

    /// When it began, in milliseconds since 1970.
    public var startTime: Int? { info["started"]?.number?.int }

    /// What the state set, or whoever started the run, before any update.
    public var settings: MapRunUpdate { MapRunUpdate(info) }

    /// All Map Runs of a run whose own execution has this history.
    public static func all(
        in run: RunDirectory, _ history: ExecutionHistory
    ) throws(RunError) -> [MapRunRecord] {
        var ends: [String: (phase: MapRunProgress.Phase, time: Int?)] = [:]
        for event in ExecutionStore.counted(history.events) {
            guard let result = event.payload["mapRun"] else { continue }
            let place = RedrivePlan.place(event.scope.string, event.sequence)
            ends[place] = (
                result["output"] == nil ? .failed : .succeeded, event.payload["time"]?.number?.int
            )
        }
        let execution = ExecutionRecord(run, history)
        let redrives = MapRunRedrives(history)
        var records: [MapRunRecord] = []
        for path in try run.mapPaths() {
            let info = try MapFolder.info(at: path) ?? [:]
            // What has no result when the execution has one was given up. How those of children have
            // ended stands in other journals.
            let isOwn = MapFolder.isOwn(info, ofRun: run.name)
            let end =
                ends[RedrivePlan.place(info)] ?? history.outcome.map { (.aborted, $0.stopTime) }
            records.append(
                MapRunRecord(
                    path: path, info: info, phase: isOwn ? end?.phase : nil,
                    stopTime: isOwn ? end?.time : nil,
                    parent: isOwn ? redrives.parent(execution.arn, info) : nil))
        }
        return records
    }

    /// Whether a run that goes on finds another input than the Map Run had, which then tells itself
    /// what has become of its items.
    public func meetsChangedInput(
        _ state: MapRunState, in run: RunDirectory, _ history: ExecutionHistory,
        _ redrive: RedriveOrder?
    ) -> Bool {
        guard parent != nil, SourceIdentity.isFileChanged(info) else { return false }
        guard let redrive else { return phase == nil }
        return !SettledMapRuns(history, name: run.name).isKept(info, state, redrive)
    }
}

/// Which Map Runs went on when their execution was redriven: those that had begun and had no result
/// that stayed.
private struct MapRunRedrives {
    private var redrives: [(time: Int, settled: Set<String>)] = []

    init(_ history: ExecutionHistory) {
        let notes = history.notes.filter { $0.kind == ExecutionHistory.redrivenKind }
        for (note, attempt) in zip(notes, history.attempts.dropFirst()) {
            let results = ExecutionStore.counted(attempt.kept).filter {
                $0.payload["mapRun"] != nil
            }
            redrives.append(
                (
                    note.payload["time"]?.number?.int ?? 0,
                    Set(results.map { RedrivePlan.place($0.scope.string, $0.sequence) })
                ))
        }
    }

    func parent(_ arn: String, _ info: Value) -> MapRunRecord.Parent {
        let place = RedrivePlan.place(info)
        let start = info["started"]?.number?.int ?? 0
        let own = redrives.filter { start <= $0.time && !$0.settled.contains(place) }
        return MapRunRecord.Parent(
            arn: arn, redriveCount: own.count, redriveTime: own.last?.time)
    }
}
