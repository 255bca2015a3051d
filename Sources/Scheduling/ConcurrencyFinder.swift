/// Finds how many calls at the same time get the most out of whoever answers them.
///
/// It looks at a window of calls at a time. As long as more calls at once bring more throughput it
/// tries more. Where they do not it goes back, to throughput × shortest latency, which is what the
/// other side had in hand. Then, after a while, and first of all where calls take longer than they
/// once did, it tries fewer, and stays there if throughput does not suffer; then more again. Calls
/// that were refused as too many halve it.
public struct ConcurrencyFinder: Sendable {
    /// How many calls at the same time are right now.
    public private(set) var limit: Int
    /// More than this there must not be.
    public var most: Int { didSet { limit = min(limit, most) } }

    private enum Direction {
        case more, fewer
    }

    /// What the last limit that proved itself brought, in calls a millisecond.
    private var proven: (limit: Int, throughput: Double)?
    private var trial: Direction?
    private var next = Direction.more
    private var doubles = true
    /// Windows until something is tried again, and how many that will be after the next failure.
    private var rest = 0
    private var patience = 1
    private var leastLatency = Double.infinity
    private var window = Window()

    private struct Window {
        /// Calls that were under way before the limit changed, and are not counted.
        var unsettled = 0
        var began: Int?
        /// When a call ended last.
        var last = 0
        var ended = 0
        var latency = 0
        var mostInFlight = 0
        var wasRefused = false

        var meanLatency: Double { Double(latency) / Double(max(1, ended)) }
    }

    private static let fewestCalls = 8
    private static let fewestMilliseconds = 50
    private static let longestPatience = 32
    private static let worthwhile = 0.5
    private static let chance = -0.05
    /// Calls that take this much longer than the shortest wait in a queue.
    private static let queued = 1.5
    /// The shortest latency is forgotten a little with each window, as the other side may change.
    private static let forgetting = 1.01

    /// A finder that begins with `start` calls at the same time.
    public init(from start: Int, most: Int) {
        limit = max(1, min(start, most))
        self.most = most
    }

    /// A call has ended at `now` after so many milliseconds, with so many under way, itself
    /// included.
    public mutating func callEnded(
        at now: Int, milliseconds: Int, inFlight: Int, wasRefused: Bool
    ) {
        closeWindow(at: now, inFlight: inFlight)
        window.wasRefused = window.wasRefused || wasRefused
        guard window.unsettled == 0 else {
            window.unsettled -= 1
            return
        }
        let began = window.began ?? now
        window.began = began
        // Calls may end many at a time: of those at its beginning some came before it.
        guard now > began else { return }
        window.last = now
        window.ended += 1
        window.latency += milliseconds
        window.mostInFlight = max(window.mostInFlight, inFlight)
    }

    /// Judges a window that is long enough, up to the last time at which calls ended.
    private mutating func closeWindow(at now: Int, inFlight: Int) {
        guard let began = window.began, now > window.last,
            window.ended >= max(Self.fewestCalls, 2 * limit),
            window.last - began >= Self.fewestMilliseconds
        else { return }
        let before = limit
        judge(throughput: Double(window.ended) / Double(window.last - began))
        limit = max(1, min(limit, most))
        window = limit == before ? Window(began: window.last) : Window(unsettled: inFlight)
    }

    private mutating func judge(throughput: Double) {
        if window.wasRefused { return retreat() }
        leastLatency = max(0.01, min(leastLatency * Self.forgetting, window.meanLatency))
        if let trial, let proven {
            let wasRight = isWorthwhile(throughput, than: proven)
            self.trial = nil
            guard wasRight else { return giveUp(trial, proven, throughput) }
            (patience, next) = (1, trial)
        }
        rest = max(0, rest - 1)
        proven = (limit, throughput)
        if rest == 0 { tryNext() }
    }

    /// More have to bring a good part of what they would without any queue; fewer the same as
    /// before, but for chance.
    private func isWorthwhile(
        _ throughput: Double, than proven: (limit: Int, throughput: Double)
    ) -> Bool {
        let gain = throughput / proven.throughput - 1
        guard limit > proven.limit else { return gain >= Self.chance }
        return gain >= (Double(limit) / Double(proven.limit) - 1) * Self.worthwhile
    }

    private mutating func retreat() {
        limit = max(1, limit / 2)
        (proven, trial, next, doubles, rest) = (nil, nil, .more, false, patience)
    }

    private mutating func giveUp(
        _ trial: Direction, _ proven: (limit: Int, throughput: Double), _ throughput: Double
    ) {
        let inHand = Int(min(throughput * leastLatency, 1e9).rounded(.up))
        let tried = limit
        limit = trial == .more ? max(proven.limit, min(limit, inHand)) : proven.limit
        // What lies between was not tried: the next window is to prove it.
        if limit != proven.limit && limit != tried { self.proven = nil }
        (next, doubles, rest) = (trial == .more ? .fewer : .more, false, patience)
        patience = min(Self.longestPatience, patience * 2)
    }

    private mutating func tryNext() {
        // What is not used up says nothing about more.
        guard window.mostInFlight >= limit else { return }
        if window.meanLatency > leastLatency * Self.queued, !doubles { next = .fewer }
        if next == .fewer, limit == 1 { next = .more }
        if next == .more, limit == most { next = .fewer }
        switch next {
        case .more: limit = min(most, doubles ? limit * 2 : limit + max(1, limit / 4))
        case .fewer: limit = max(1, limit - max(1, limit / 5))
        }
        trial = limit == proven?.limit ? nil : next
    }
}
