/// How many calls may be under way to somebody who can say that it is too much: half as many then,
/// and after calls that succeed slowly more.
struct CallWindow {
    private let most: Double
    private var size: Double
    /// Up to here it grows by one with each success, from there by one with each round of them.
    private var threshold: Double
    /// Calls that were under way when it was cut: what becomes of them says nothing new.
    private var settling = 0

    /// A window of the most there may be; nil for any number.
    init(most: Int?) {
        self.most = most.map(Double.init) ?? .infinity
        size = self.most
        threshold = self.most
    }

    /// Whether one more call may be under way.
    func hasRoom(for active: Int) -> Bool { Double(active) < size }

    /// A call has ended well.
    mutating func succeeded() {
        guard size < most else { return }
        size = min(most, size + (size < threshold ? 1 : 1 / size))
    }

    /// A call was too much; begins with one call anew, or goes on with half of them.
    mutating func cut(active: Int, startsAnew: Bool) {
        guard settling == 0 else { return }
        settling = active
        threshold = max(1, (Double(active) / 2).rounded(.down))
        size = startsAnew ? 1 : threshold
    }

    /// A call has ended, however.
    mutating func ended() { settling = max(0, settling - 1) }
}
