import JSON

extension Timestamp {
    /// Reads RFC 3339 as AWS does: date, upper-case `T`, time with seconds, and a zone that is
    /// upper-case `Z` or `±hh:mm`. Digits beyond nanoseconds are dropped.
    public init?(parsing text: Text) {
        guard let timestamp = text.withUTF8(Self.parse) else { return nil }
        self = timestamp
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        var reader = TimestampReader(bytes)
        guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2),
            reader.skip("-"), let day = reader.digits(2), reader.skip("T"),
            let hour = reader.digits(2), reader.skip(":"), let minute = reader.digits(2),
            reader.skip(":"), let second = reader.digits(2),
            let nanoseconds = reader.fraction(), let offset = reader.zone(), reader.isAtEnd,
            (1...12).contains(month), (1...daysIn(month: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = daysSince1970(year: year, month: month, day: day)
        let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset
        return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }

    private static func daysIn(month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Counts in years that begin in March, so that the leap day is the last of its year.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + floorDivide(shifted, 4) - floorDivide(shifted, 100)
            + floorDivide(shifted, 400) + dayOfYear - 719_468
    }

    private static func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
        dividend >= 0 ? dividend / divisor : (dividend - divisor + 1) / divisor
    }

    /// The instant in UTC, with as many groups of three fractional digits as it needs.
    public var text: String {
        let days = Self.floorDivide(seconds, 86400)
        let (year, month, day) = Self.date(days)
        let second = seconds - days * 86400
        var out = ByteBuffer(capacity: 32)
        Self.append(year, 4, to: &out)
        out.append("-")
        Self.append(month, 2, to: &out)
        out.append("-")
        Self.append(day, 2, to: &out)
        out.append("T")
        Self.append(second / 3600, 2, to: &out)
        out.append(":")
        Self.append(second / 60 % 60, 2, to: &out)
        out.append(":")
        Self.append(second % 60, 2, to: &out)
        appendFraction(to: &out)
        out.append("Z")
        return out.string
    }

    private func appendFraction(to out: inout ByteBuffer) {
        if nanoseconds == 0 { return }
        out.append(".")
        if nanoseconds % 1_000_000 == 0 {
            Self.append(nanoseconds / 1_000_000, 3, to: &out)
        } else if nanoseconds % 1000 == 0 {
            Self.append(nanoseconds / 1000, 6, to: &out)
        } else {
            Self.append(nanoseconds, 9, to: &out)
        }
    }

    private static func append(_ number: Int, _ width: Int, to out: inout ByteBuffer) {
        var limit = 10
        for _ in 1..<width {
            if number < limit { out.append(UInt8(ascii: "0")) }
            limit *= 10
        }
        out.append(decimal: number)
    }

    /// The date of a day, counted from 1970, again in years that begin in March.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = yearOfEra + era * 400 + (month < 10 ? 0 : 1)
        return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}

/// Reads the parts of a timestamp from left to right.
private struct TimestampReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
        position += 1
        return Int(bytes[position - 1] - 0x30)
    }

    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// The nanoseconds of an optional fraction; nil if there is a point without digits.
    mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        guard var value = digit() else { return nil }
        var unit = 100_000_000
        value *= unit
        while let digit = digit() {
            unit /= 10
            value += digit * unit
        }
        return value
    }

    /// The offset from UTC in seconds.
    mutating func zone() -> Int? {
        if skip("Z") { return 0 }
        let isEast = skip("+")
        guard isEast || skip("-"), let hours = digits(2), skip(":"), let minutes = digits(2),
            hours < 24, minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (isEast ? 1 : -1)
    }
}
