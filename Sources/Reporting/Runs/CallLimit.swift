import Engine
import JSON

/// What a run's calls of tasks are held to.
public struct CallLimit: Sendable, Equatable {
    /// How many may start in a time, such as `50/s`.
    public var rate: String
    /// How many wait for their turn.
    public var waiting: Int

    /// The limit of a run in this process; nil if it has none.
    public init?(_ run: Run) {
        guard let rate = run.rate else { return nil }
        self.rate = rate.text
        waiting = run.waitingCalls
    }

    /// The limit that was written as JSON; nil if it is none.
    init?(_ value: Value) {
        guard let rate = value["rate"]?.string else { return nil }
        self.rate = rate
        waiting = value["waiting"]?.number?.int ?? 0
    }

    var value: Value { ["rate": .string(rate), "waiting": .int(waiting)] }

    var text: String {
        "at most \(rate)" + (waiting > 0 ? ", \(Quantity.grouped(waiting)) waiting" : "")
    }
}
