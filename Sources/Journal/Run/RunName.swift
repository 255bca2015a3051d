#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Names of runs and of folders inside them.
enum RunName {
    /// A run's id: the time in UTC, a readable name, and four hexadecimal digits of luck.
    static func id(_ name: String, time: Int, luck: UInt16) -> String {
        let digits = String(luck, radix: 16)
        let padding = String(repeating: "0", count: 4 - digits.utf8.count)
        return "\(timestamp(time))-\(slug(name))-\(padding)\(digits)"
    }

    /// `2026-11-22T10-31-05` for milliseconds since 1970.
    static func timestamp(_ milliseconds: Int) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        return "\(date)T\(two(parts.tm_hour))-\(two(parts.tm_min))-\(two(parts.tm_sec))"
    }

    /// The name with everything that needs quoting in a shell made a hyphen.
    private static func slug(_ name: String) -> String {
        let kept = name.utf8.prefix(40).map { isPlain($0) ? $0 : 0x2D }
        return kept.isEmpty ? "run" : String(decoding: kept, as: UTF8.self)
    }

    /// A folder name for a label: bytes that are no letter, digit, `-`, `_`, or inner `.` become
    /// `%XX`, so that different labels have different folders.
    static func folder(_ label: String) -> String {
        var name: [UInt8] = []
        for byte in label.utf8 {
            if isPlain(byte) || byte >= 0x80 || (byte == 0x2E && !name.isEmpty) {
                name.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                name += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The label that has this folder name.
    static func label(of folder: String) -> String {
        let bytes = Array(folder.utf8)
        var label: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let digits = bytes[index] == 0x25 ? bytes[(index + 1)...].prefix(2) : []
            let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            label.append(byte ?? bytes[index])
            index += byte == nil ? 1 : 3
        }
        return String(decoding: label, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}
