import Engine
import Journal

/// What earlier processes have left of a run, in words, before it is resumed.
public struct ResumeFindings: Sendable {
    /// One line for everything worth telling.
    public let lines: [String]
    /// How many items had ended, by Map Run.
    public let ended: [String: Int]

    /// What lies in the folder of a run that goes on, or is redriven; what is kept is not told where
    /// a redrive's plan has, nor where it is another, as the input has changed.
    public init(
        _ run: RunDirectory, _ history: ExecutionHistory, redrive: RedriveOrder? = nil,
        tellsKept: Bool = true
    ) throws(RunError) {
        var lines = Self.tail(history.tail, of: run.journalPath)
        let before = try run.status().flatMap { RunSnapshot($0) }
        var ended: [String: Int] = [:]
        for record in try MapRunRecord.all(in: run, history) {
            let path = record.path
            let recovered = try RecoveredMapRun.read(path)
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let inFlight = before?.mapRuns.first { $0.name == name }?.items.running ?? 0
            ended[name] = recovered.state.itemCounts.finished
            if tellsKept, !record.meetsChangedInput(recovered.state, in: run, history, redrive) {
                let isExpress = record.info["executionType"] == "EXPRESS"
                lines.append(
                    "\(RunDirectory.mapName(ofFolder: name)): "
                        + Self.describe(recovered.state, isExpress, inFlight: inFlight))
            }
            lines += Self.tail(recovered.tail, of: path)
        }
        self.lines = lines
        self.ended = ended
    }

    private static func describe(
        _ state: MapRunState, _ isExpress: Bool, inFlight: Int
    ) -> String {
        let kept = Quantity.count(state.itemCounts.finished, "item") + " finished and kept"
        let started = state.unfinished.count
        if started > 0, isExpress {
            return kept + ", \(Quantity.grouped(started)) that had begun start again"
        }
        if started > 0 {
            return kept + ", \(Quantity.grouped(started)) continued after their last finished task"
        }
        guard inFlight > 0, state.pending != 0 else { return kept }
        return kept + ", about \(Quantity.grouped(inFlight)) in flight run again"
    }

    private static func tail(_ tail: JournalReader.Tail, of folder: String) -> [String] {
        guard case .torn(let place, let reason) = tail else { return [] }
        return [
            "cut a record that was being written in '\(folder)', segment \(place.segment), at byte "
                + "\(place.offset): \(reason)"
        ]
    }
}
