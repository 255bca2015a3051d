/// The dates that `$toMillis` reads without a picture: ISO 8601, whole or shortened.
struct ISODate {
    private let bytes: [UInt8]
    private var position = 0

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// The milliseconds since 1970 of a text, nil if it is no such date.
    static func milliseconds(_ text: String) -> Int? {
        var date = ISODate(text)
        return date.parse()
    }

    private mutating func parse() -> Int? {
        guard let year = number(4) else { return nil }
        var (month, day, time) = (1, 1, 0)
        if skip("-") {
            guard let value = number(2), value >= 1, value <= 12 else { return nil }
            month = value
            if skip("-") {
                guard let value = number(2), value >= 1, value <= 31 else { return nil }
                day = value
            }
        }
        if skip("T") {
            guard let value = clock() else { return nil }
            time = value
        }
        guard let zone = zone(), position == bytes.count else { return nil }
        let days = CivilDate.dayNumber(year: year, month: month, day: day)
        return days * 86_400_000 + time - zone * 60_000
    }

    /// The milliseconds since midnight.
    private mutating func clock() -> Int? {
        guard let hour = number(2), hour <= 24, skip(":"), let minute = number(2), minute < 60,
            skip(":"), let second = number(2), second < 60
        else { return nil }
        let time = ((hour * 60 + minute) * 60 + second) * 1000
        return skip(".") ? fraction().map { time + $0 } : time
    }

    private mutating func skip(_ character: UnicodeScalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 else {
            return nil
        }
        position += 1
        return Int(bytes[position - 1] - 0x30)
    }

    private mutating func number(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Milliseconds; digits beyond the third are cut.
    private mutating func fraction() -> Int? {
        guard var value = digit() else { return nil }
        value *= 100
        var unit = 10
        while let digit = digit() {
            value += digit * unit
            unit /= 10
        }
        return value
    }

    /// Minutes ahead of UTC; none is UTC.
    private mutating func zone() -> Int? {
        if skip("Z") || position == bytes.count { return 0 }
        let isNegative = skip("-")
        guard isNegative || skip("+"), let hours = number(2) else { return nil }
        _ = skip(":")
        guard let minutes = number(2) else { return nil }
        let total = hours * 60 + minutes
        return isNegative ? -total : total
    }
}
