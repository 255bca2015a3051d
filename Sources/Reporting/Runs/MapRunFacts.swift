import Engine
import JSON
import Journal

/// What `DescribeMapRun` tells of a Map Run besides its counts.
public struct MapRunFacts: Sendable, Equatable {
    /// The Map Run's ARN.
    public var arn: String
    /// How far it has come.
    public var phase: RunPhase
    /// Its concurrency and tolerances, as they are now.
    public var settings: MapRunUpdate
    /// How many child executions are in flight at the most right now, where that follows how calls
    /// get on.
    public var adaptiveConcurrency: Int?
    /// How often items of it were redriven.
    public var redriveCount: Int

    /// These facts.
    public init(arn: String, phase: RunPhase, settings: MapRunUpdate, redriveCount: Int) {
        self.arn = arn
        self.phase = phase
        self.settings = settings
        self.redriveCount = redriveCount
    }

    /// What a running process tells.
    public init(_ progress: MapRunProgress) {
        self.init(
            arn: progress.arn, phase: RunPhase(rawValue: progress.phase.rawValue) ?? .running,
            settings: progress.settings, redriveCount: progress.redriveCount)
        adaptiveConcurrency = progress.adaptiveConcurrency
    }

    /// The facts that were written as JSON; nil if there are none.
    init?(_ value: Value) {
        guard let phase = value["status"]?.string.flatMap(RunPhase.init) else { return nil }
        self.init(
            arn: value["mapRunArn"]?.string ?? "", phase: phase, settings: MapRunUpdate(value),
            redriveCount: value["redriveCount"]?.number?.int ?? 0)
        adaptiveConcurrency = value["adaptiveConcurrency"]?.number?.int
    }

    /// As members of a status, with AWS's names and, where the state sets nothing, AWS's zeros.
    var members: [Member] {
        [
            Member("mapRunArn", .string(arn)), Member("status", .string(phase.rawValue)),
            Member("maxConcurrency", .int(settings.maxConcurrency ?? 0)),
            Member("toleratedFailurePercentage", .double(settings.toleratedFailurePercentage ?? 0)),
            Member("toleratedFailureCount", .int(settings.toleratedFailureCount ?? 0)),
            Member("redriveCount", .int(redriveCount)),
        ] + (adaptiveConcurrency.map { [Member("adaptiveConcurrency", .int($0))] } ?? [])
    }

    /// The settings in words.
    var text: String {
        let concurrency = settings.maxConcurrency ?? 0
        var parts = [
            concurrency == 0
                ? "no limit of concurrency" : "concurrency \(Quantity.grouped(concurrency))"
        ]
        if let adaptiveConcurrency {
            parts.append("adapted to \(Quantity.grouped(adaptiveConcurrency)) now")
        }
        if let count = settings.toleratedFailureCount, count > 0 {
            parts.append("tolerates \(Quantity.count(count, "failure"))")
        }
        if let percentage = settings.toleratedFailurePercentage, percentage > 0 {
            let isWhole = percentage == percentage.rounded()
            parts.append("tolerates \(isWhole ? "\(Int(percentage))" : "\(percentage)") % failures")
        }
        if redriveCount > 0 { parts.append("redriven \(Quantity.count(redriveCount, "time"))") }
        return parts.joined(separator: ", ")
    }
}
