/// Tells when calls may start so that they keep to a rate: evenly, one for each token that drops
/// into a bucket.
struct TokenBucket {
    let rate: Rate
    private let perMillisecond: Double
    private var tokens: Double
    private var filledAt: Int

    /// What a bucket holds that nobody draws from, in milliseconds' worth: clocks count whole ones,
    /// and a rate of several calls in each would be lost to that.
    private static let idle = 10.0
    /// What gathers while calls wait, since timers come late at times.
    private static let late = 1000.0
    /// Sums of fractions fall short of whole tokens by less than this.
    private static let almost = 1e-6

    /// A bucket with its first token.
    init(_ rate: Rate, now: Int) {
        self.rate = rate
        perMillisecond = rate.callsPerMillisecond
        tokens = 1
        filledAt = now
    }

    /// Takes a token, if there is one.
    mutating func take(at now: Int, whileOthersWait: Bool) -> Bool {
        let gathered = tokens + perMillisecond * Double(max(0, now - filledAt))
        let most = perMillisecond * (whileOthersWait ? Self.late : Self.idle)
        tokens = min(gathered, max(1, most, tokens))
        filledAt = now
        guard tokens >= 1 - Self.almost else { return false }
        tokens -= 1
        return true
    }

    /// When there is a token again.
    var nextTime: Int {
        guard tokens < 1 - Self.almost else { return filledAt }
        let wait = (1 - Self.almost - tokens) / perMillisecond
        return filledAt + Int(min(wait.rounded(.up), 1e12))
    }
}
