/// So many calls in a time: `50/s`, `10/m`, `0.5/h`.
public struct Rate: Sendable, Equatable {
    /// The time that calls are counted in.
    public enum Period: String, Sendable, CaseIterable {
        case second = "s"
        case minute = "m"
        case hour = "h"

        var milliseconds: Double {
            switch self {
            case .second: 1000
            case .minute: 60_000
            case .hour: 3_600_000
            }
        }
    }

    /// How many calls.
    public let count: Double
    /// In what time.
    public let period: Period

    /// So many calls a period; `count` must be more than 0.
    public init(_ count: Double, per period: Period) {
        precondition(count > 0 && count.isFinite)
        self.count = count
        self.period = period
    }

    /// The rate that a text such as `50/s` says; nil if it is none.
    public init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let period = Period(rawValue: String(parts[1])),
            let count = Double(parts[0]), count.isFinite, count > 0,
            parts[0].allSatisfy({ $0.isNumber || $0 == "." })
        else { return nil }
        self.init(count, per: period)
    }

    /// The rate as `init(parsing:)` reads it.
    public var text: String {
        let isWhole = count == count.rounded() && count < 1e15
        return "\(isWhole ? "\(Int(count))" : "\(count)")/\(period.rawValue)"
    }

    var callsPerMillisecond: Double { count / period.milliseconds }
}
