/// How quickly an instance answers, which decides how many invocations to have under way to it.
struct InstancePace {
    /// When the running invocation began.
    private(set) var began = 0.0
    private var secondsEach: Double?
    private(set) var hasAnswered = false

    /// So much work is kept in the pipe: longer than the event loop may have to wait for a
    /// processor, short enough that another instance rarely stands idle meanwhile.
    private static let secondsUnderWay = 0.006

    /// An invocation begins on an instance that had nothing to do.
    mutating func begin() { began = MonotonicTime.now }

    /// So many invocations were answered since the last call; the next one begins.
    mutating func answered(_ count: Int) {
        let now = MonotonicTime.now
        defer { (began, hasAnswered) = (now, true) }
        // The first one pays for what a function sets up once.
        guard hasAnswered else { return }
        let each = (now - began) / Double(count)
        secondsEach = secondsEach.map { $0 * 0.8 + each * 0.2 } ?? each
    }

    /// Whether it answers so quickly that it must be computing all the time.
    var isQuick: Bool { secondsEach.map { $0 < 0.0002 } ?? false }

    /// What so many invocations under way are to the instance: the first of them may be about to
    /// end.
    func supply(_ underWay: Int) -> Supply {
        guard underWay > 0 else { return .idle }
        guard let secondsEach else { return .scarce }
        return Supply(seconds: secondsEach * Double(underWay - 1))
    }

    func depth(limit: Int) -> Int {
        guard let secondsEach else { return 1 }
        guard secondsEach * Double(limit) > Self.secondsUnderWay else { return limit }
        return max(1, Int(Self.secondsUnderWay / secondsEach))
    }
}
