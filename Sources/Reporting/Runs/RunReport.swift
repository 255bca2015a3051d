import JSON
import Journal
import StatesLanguage

/// What a run was asked to do, and what it came to.
public struct RunReport: Sendable {
    private let run: RunDirectory
    private let status: RunStatus
    /// The workflow that runs, if it is another than at the beginning.
    private let repaired: Value?

    /// The report on the run in this folder.
    public init(_ run: RunDirectory) throws(RunError) {
        self.run = run
        status = try RunStatus(run)
        repaired = try ExecutionHistory.read(run.journalPath).notes.last {
            $0.kind == ExecutionHistory.redriveKind && $0.payload["definition"] != nil
        }?.payload["definition"]
    }

    /// The report as JSON.
    public var value: Value {
        var object = run.info.object ?? ObjectValue()
        object["path"] = .string(run.path)
        for member in status.value.object?.members ?? [] { object[member.key] = member.value }
        if let repaired { object["definition"] = repaired }
        object["output"] = status.outcome?.output
        object["state"] = status.outcome?.state.map { .string($0) }
        return .object(object)
    }

    /// The report in words; `now` is in milliseconds since 1970.
    public func lines(now: Int) -> [String] {
        var lines = status.lines(now: now)
        lines.insert(contentsOf: asked, at: min(4, lines.count))
        if let output = status.outcome?.output { lines += ["", "output   \(output.serialized)"] }
        return lines + ["", "kept in  \(run.path)"]
    }

    private var asked: [String] {
        let info = run.info
        let definition = repaired ?? info["definition"]
        return [
            "flow     \(definition?["path"]?.string ?? "")",
            "digest   sha256:\(definition?["sha256"]?.string ?? "")",
            "input    \((info["input"] ?? .null).serialized.excerpt)",
            "options  type \(info["type"]?.string ?? ""), seed \(info["seed"]?.string ?? ""), "
                + "journal \(info["durability"]?.string ?? ""), maprun "
                + (info["maprun"]?.string ?? ""),
        ]
    }
}
