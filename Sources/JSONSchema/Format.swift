import JSON

/// The values of `format` that are checked.
enum Format: String, CaseIterable {
    case date
    case dateTime = "date-time"
    case time
    case email
    case uuid

    func accepts(_ text: Text) -> Bool {
        text.withUTF8 { bytes in
            switch self {
            case .date: Self.isDate(bytes)
            case .time: Self.isTime(bytes)
            case .dateTime:
                bytes.count > 11 && Self.isDate(Self.part(bytes, 0..<10))
                    && (bytes[10] | 0x20 == 0x74)
                    && Self.isTime(Self.part(bytes, 11..<bytes.count))
            case .email: Self.isEmail(bytes)
            case .uuid: Self.isUUID(bytes)
            }
        }
    }

    private static func part(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range]) }

    /// The number that decimal digits spell.
    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        guard range.upperBound <= bytes.count else { return nil }
        var number = 0
        for byte in bytes[range] {
            guard byte &- 0x30 <= 9 else { return nil }
            number = number * 10 + Int(byte &- 0x30)
        }
        return number
    }

    /// RFC 3339: `2026-02-29`, a day that the calendar has.
    private static func isDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D,
            let year = number(bytes, 0..<4), let month = number(bytes, 5..<7),
            let day = number(bytes, 8..<10), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        return (1...days).contains(day)
    }

    /// RFC 3339: `23:59:60Z`, `12:00:00.5+01:00`.
    private static func isTime(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count > 8, bytes[2] == 0x3A, bytes[5] == 0x3A,
            let hour = number(bytes, 0..<2), hour < 24, let minute = number(bytes, 3..<5),
            minute < 60, let second = number(bytes, 6..<8), second <= 60
        else { return false }
        var place = 8
        if bytes[place] == 0x2E {
            let digits = bytes[(place + 1)...].prefix { $0 &- 0x30 <= 9 }.count
            if digits == 0 { return false }
            place += 1 + digits
        }
        return isZone(part(bytes, place..<bytes.count))
    }

    private static func isZone(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if bytes.count == 1 { return bytes[0] | 0x20 == 0x7A }
        guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A,
            let hour = number(bytes, 1..<3), let minute = number(bytes, 4..<6)
        else { return false }
        return hour < 24 && minute < 60
    }

    /// Something, one `@`, something, without blanks: more cannot be said without sending a letter.
    private static func isEmail(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let at = bytes.lastIndex(of: 0x40), at > 0, at < bytes.count - 1 else { return false }
        return !bytes.contains { $0 <= 0x20 || $0 == 0x7F } && bytes.firstIndex(of: 0x40) == at
    }

    private static func isUUID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == 36 else { return false }
        return bytes.indices.allSatisfy { index in
            let byte = bytes[index]
            if [8, 13, 18, 23].contains(index) { return byte == 0x2D }
            return byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 <= 5
        }
    }
}
