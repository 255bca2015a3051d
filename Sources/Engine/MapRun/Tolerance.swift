/// How many failures a Map Run bears.
struct Tolerance: Sendable {
    let count: Int?
    let percentage: Double?

    /// Both limits hold where both are given; with neither the first failure is one too many.
    init(count: Int?, percentage: Double?) {
        self.count = count
        self.percentage = count == nil ? percentage ?? 0 : percentage
    }

    /// Whether so many failed items are too many. The percentage is one of all items, so it is
    /// judged only when `total` is known, unless no failure is tolerated at all.
    func isExceeded(failed: Int, total: Int?) -> Bool {
        if let count, failed > count { return true }
        guard let percentage, failed > 0 else { return false }
        if percentage == 0 { return true }
        guard let total, total > 0 else { return false }
        return 100 * Double(failed) / Double(total) > percentage
    }
}
