import JSON
import JSONPath

extension WaitAction {
    /// The longest delay: what fits into a signed 32-bit number of seconds.
    private static let longestDelay = Int(Int32.max)

    /// The instant, in milliseconds since 1970, until which to wait that begins to wait at `now`.
    public func deadline(
        in scope: inout EvaluationScope, now: Int
    ) throws(StateFault) -> Int {
        let deadline: Int
        switch self {
        case .seconds(let setting):
            let seconds = try Self.seconds(setting, in: &scope)
            guard seconds <= Self.longestDelay else { throw Self.tooLong }
            deadline = now + seconds * 1000
        case .timestamp(let setting):
            // Fractions of a second are dropped.
            deadline = try Self.timestamp(setting, in: &scope).seconds * 1000
        }
        guard (deadline - now) / 1000 <= Self.longestDelay else { throw Self.tooLong }
        return deadline
    }

    private static var tooLong: StateFault { .runtime("Wait state delay is too long.") }

    private static func seconds(
        _ setting: Setting, in scope: inout EvaluationScope
    ) throws(StateFault) -> Int {
        guard case .path(let path) = setting else {
            let seconds = try setting.evaluateInteger("Seconds", in: &scope)
            guard seconds >= 0 else {
                throw .query(
                    "The Seconds field cannot be a negative value: \(seconds)", field: "Seconds")
            }
            return seconds
        }
        guard let value = path.find(in: scope) else {
            throw .runtime(
                "The SecondsPath parameter does not reference an input value: \(path.text)")
        }
        let found = "\(path.text) == \(value.string ?? value.serialized)"
        guard let seconds = Setting.integer(value, acceptsText: true) else {
            throw .runtime("The SecondsPath parameter cannot be parsed as a long value: \(found)")
        }
        guard seconds >= 0 else {
            throw .runtime("The SecondsPath parameter references a negative value: \(found)")
        }
        return seconds
    }

    private static func timestamp(
        _ setting: Setting, in scope: inout EvaluationScope
    ) throws(StateFault) -> Timestamp {
        if case .path(let path) = setting {
            guard let value = path.find(in: scope) else {
                throw .runtime(
                    "The TimestampPath parameter does not reference an input value: \(path.text)")
            }
            if let timestamp = value.text.flatMap(Timestamp.init(parsing:)) { return timestamp }
            throw .runtime(
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset "
                    + "date-time format string: \(path.text) == "
                    + (value.string ?? value.serialized))
        }
        let value = try setting.evaluate(in: &scope)
        if let timestamp = value.text.flatMap(Timestamp.init(parsing:)) { return timestamp }
        if case .expression(let expression) = setting, value.kind != .string {
            throw expression.unexpected(value, expected: .string)
        }
        throw .query(
            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format "
                + "string: \(value.string ?? value.serialized)",
            field: "Timestamp")
    }
}
