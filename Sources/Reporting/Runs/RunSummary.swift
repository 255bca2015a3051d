import JSON

/// What is said at the end of a run: counts, and where results and failures lie.
public struct RunSummary: Sendable {
    private let id: String
    private let phase: RunPhase
    private let milliseconds: Int
    private let mapRuns: [MapRunStatus]
    private let directory: String?
    private let endedBefore: [String: Int]

    /// A summary; `directory` is nil if nothing was kept, `endedBefore` has the items that
    /// earlier processes had finished, by Map Run.
    public init(
        id: String, phase: RunPhase, milliseconds: Int, mapRuns: [MapRunStatus],
        directory: String?, endedBefore: [String: Int] = [:]
    ) {
        self.id = id
        self.phase = phase
        self.milliseconds = milliseconds
        self.mapRuns = mapRuns
        self.directory = directory
        self.endedBefore = endedBefore
    }

    /// The lines, without the break at their ends.
    public var lines: [String] {
        let time = Quantity.duration(milliseconds: milliseconds)
        return ["run \(id) \(phase.rawValue) after \(time)"] + mapRuns.flatMap(describe)
    }

    private func describe(_ mapRun: MapRunStatus) -> [String] {
        var lines = ["  \(mapRun.title): \(counts(mapRun))"]
        guard let directory else { return lines }
        let folder = "\(directory)/maps/\(mapRun.name)"
        lines.append("    results:  \(folder)/results.jsonl")
        if mapRun.items.ended > mapRun.items.succeeded {
            lines.append("    failures: \(folder)/failures.jsonl and failures.csv")
        }
        return lines
    }

    private func counts(_ mapRun: MapRunStatus) -> String {
        let items = mapRun.items
        // What goes on in a later process is pending here.
        let left = (items.pending ?? 0) + (phase == .interrupted ? items.running : 0)
        var parts = ["\(Quantity.grouped(items.succeeded)) succeeded"]
        for (count, word) in [
            (items.failed, "failed"), (items.timedOut, "timed out"), (items.aborted, "aborted"),
            (items.total == nil ? 0 : left, "pending"),
        ] where count > 0 {
            parts.append("\(Quantity.grouped(count)) \(word)")
        }
        var text = Quantity.count(items.total ?? items.ended, "item")
        if mapRun.executions.ended != items.ended {
            text += " in \(Quantity.count(mapRun.executions.ended, "child execution"))"
        }
        let ended = items.ended - endedBefore[mapRun.name, default: 0]
        if milliseconds > 0, ended > 0 {
            parts.append(Quantity.rate(Double(ended) * 1000 / Double(milliseconds)))
        }
        return text + ": " + parts.joined(separator: ", ")
    }
}
