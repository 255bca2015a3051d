import Engine
import JSON
import Journal
import StatesLanguage

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
    /// How often it was redriven.
    public var redriveCount: Int
    /// When it was redriven last, in milliseconds since 1970.
    public var redriveTime: Int?
    /// When it began.
    public var startTime: Int?
    /// When it ended.
    public var stopTime: Int?
    /// The execution that it belongs to.
    public var executionARN: String?

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
        stopTime = progress.stopTime
    }

    /// The facts that were written as JSON; nil if there are none.
    init?(_ value: Value) {
        guard let phase = value["status"]?.string.flatMap(RunPhase.init) else { return nil }
        self.init(
            arn: value["mapRunArn"]?.string ?? "", phase: phase, settings: MapRunUpdate(value),
            redriveCount: value["redriveCount"]?.number?.int ?? 0)
        adaptiveConcurrency = value["adaptiveConcurrency"]?.number?.int
        let stop = value["stopDate"]?.text.flatMap { Timestamp(parsing: $0) }
        stopTime = stop?.milliseconds
    }

    /// Adds what the folder of the Map Run tells.
    mutating func add(_ record: MapRunRecord) {
        startTime = record.startTime
        stopTime = record.stopTime ?? stopTime
        executionARN = record.executionARN
        guard let parent = record.parent else { return }
        redriveCount = parent.redriveCount
        redriveTime = parent.redriveTime
    }

    /// As members of a status, with AWS's names and, where the state sets nothing, AWS's zeros.
    var members: [Member] {
        var object = ObjectValue([Member("mapRunArn", .string(arn))])
        object["executionArn"] = executionARN.map { .string($0) }
        object["startDate"] = startTime.map { .string(Timestamp(milliseconds: $0).text) }
        object["stopDate"] = stopTime.map { .string(Timestamp(milliseconds: $0).text) }
        object["status"] = .string(phase.rawValue)
        object["maxConcurrency"] = .int(settings.maxConcurrency ?? 0)
        object["toleratedFailurePercentage"] = .double(settings.toleratedFailurePercentage ?? 0)
        object["toleratedFailureCount"] = .int(settings.toleratedFailureCount ?? 0)
        object["redriveCount"] = .int(redriveCount)
        object["redriveDate"] = redriveTime.map { .string(Timestamp(milliseconds: $0).text) }
        object["adaptiveConcurrency"] = adaptiveConcurrency.map { .int($0) }
        return object.members
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
