/// The one line that tells how a run is getting on.
public struct ProgressLine: Sendable {
    private var meter = RateMeter()

    /// A line that has measured nothing yet.
    public init() {}

    /// Items ended a second.
    public var itemsPerSecond: Double { meter.perSecond }

    /// Takes in the counts of a moment.
    public mutating func update(_ mapRuns: [MapRunStatus], at time: Int) {
        guard !mapRuns.isEmpty else { return }
        meter.add(mapRuns.reduce(0) { $0 + $1.items.ended }, at: time)
    }

    /// The text: done/total, rate, failures and the time that is left.
    public func text(_ mapRuns: [MapRunStatus]) -> String {
        guard let current = mapRuns.last(where: { !$0.isComplete }) ?? mapRuns.last else {
            return "running"
        }
        let items = current.items
        var parts = ["\(current.title): \(done(current))"]
        if items.running > 0 { parts.append("\(Quantity.grouped(items.running)) in flight") }
        parts.append(Quantity.rate(meter.perSecond))
        if items.unsuccessful > 0 { parts.append("\(Quantity.grouped(items.unsuccessful)) failed") }
        if let left = timeLeft(current) {
            parts.append("\(Quantity.duration(milliseconds: left)) left")
        }
        return parts.joined(separator: ", ")
    }

    private func done(_ status: MapRunStatus) -> String {
        let ended = Quantity.grouped(status.items.ended)
        if let total = status.items.total { return "\(ended)/\(Quantity.grouped(total))" }
        guard let fraction = status.fractionDone else { return ended }
        return "\(ended) (\(Quantity.percentage(fraction)))"
    }

    /// In milliseconds, rounded up to whole seconds.
    private func timeLeft(_ status: MapRunStatus) -> Int? {
        let ended = Double(status.items.ended)
        guard meter.perSecond > 0, !status.isComplete else { return nil }
        let total =
            status.items.total.map(Double.init)
            ?? status.fractionDone.flatMap { $0 > 0.01 ? ended / $0 : nil }
        guard let total else { return nil }
        let seconds = max(0, (total - ended) / meter.perSecond)
        return seconds < 1e7 ? Int(seconds.rounded(.up)) * 1000 : nil
    }
}

extension MapRunStatus {
    /// Whether all items have ended.
    var isComplete: Bool { items.total == items.ended }
}
