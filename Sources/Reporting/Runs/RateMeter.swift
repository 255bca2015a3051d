/// How fast a count grows, over the last seconds.
public struct RateMeter: Sendable {
    private var samples: [(time: Int, count: Int)] = []
    private let window: Int

    /// A meter that looks back so many milliseconds.
    public init(window: Int = 5000) { self.window = window }

    /// Takes in the count at a time in milliseconds.
    public mutating func add(_ count: Int, at time: Int) {
        samples.append((time, count))
        while samples.count > 2, samples[1].time <= time - window { samples.removeFirst() }
    }

    /// By how much the count grows in a second.
    public var perSecond: Double {
        guard let first = samples.first, let last = samples.last, last.time > first.time else {
            return 0
        }
        return Double(last.count - first.count) * 1000 / Double(last.time - first.time)
    }
}
