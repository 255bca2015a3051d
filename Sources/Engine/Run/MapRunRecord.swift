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

    /// The folder's name, which users call it by.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// What the state set, or whoever started the run, before any update.
    public var settings: MapRunUpdate { MapRunUpdate(info) }

    /// All Map Runs of a run whose own execution has this history.
    public static func all(
        in run: RunDirectory, _ history: ExecutionHistory
    ) throws(RunError) -> [MapRunRecord] {
        var phases: [String: MapRunProgress.Phase] = [:]
        for event in ExecutionStore.counted(history.events) {
            guard let result = event.payload["mapRun"] else { continue }
            let place = RedrivePlan.place(event.scope.string, event.sequence)
            phases[place] = result["output"] == nil ? .failed : .succeeded
        }
        var records: [MapRunRecord] = []
        for path in try run.mapPaths() {
            let info = try MapFolder.info(at: path) ?? [:]
            // What has no result when the execution has one was given up. How those of children have
            // ended stands in other journals.
            let isOwn = MapFolder.isOwn(info, ofRun: run.name)
            let ownPhase =
                phases[RedrivePlan.place(info)] ?? (history.outcome == nil ? nil : .aborted)
            let phase = isOwn ? ownPhase : nil
            records.append(MapRunRecord(path: path, info: info, phase: phase))
        }
        return records
    }
}
