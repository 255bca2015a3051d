import JSON

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Numbers as text, laid out as JavaScript does it.
enum NumberText {
    /// The shortest text that reads back.
    static func format(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        return Number.format(number)
    }

    /// Fractions rounded to 15 significant digits, as text shows them.
    static func rounded(_ number: Double) throws -> Double {
        guard number.isFinite else {
            throw JSONataError("D1001", token: format(number))
        }
        if number == number.rounded() { return number }
        let scaled = (number * 1e4).rounded()
        // Four decimals at most and far from 15 digits: nothing to round.
        if abs(scaled) < 1e15, scaled / 1e4 == number { return number }
        return Double(precise(number, digits: 15)) ?? number
    }

    /// The number with so many significant digits, in exponent form.
    static func precise(_ number: Double, digits: Int) -> String {
        var buffer = [CChar](repeating: 0, count: 64 + max(digits, 0))
        _ = withVaList([Int32(digits - 1), number]) {
            vsnprintf(&buffer, buffer.count, "%.*e", $0)
        }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Rounds to so many decimals, half to even on the decimal text.
    static func round(_ number: Double, decimals: Int) -> Double {
        guard number.isFinite else { return number }
        let shifted = shift(number, by: decimals)
        guard shifted.isFinite else { return number }
        let result = shift(shifted.rounded(.toNearestOrEven), by: -decimals)
        return result == 0 ? 0 : result
    }

    /// The number times a power of ten, by its decimal text.
    static func shift(_ number: Double, by places: Int) -> Double {
        if places == 0 { return number }
        let text = "\(number)"
        guard let mark = text.firstIndex(of: "e") else {
            return Double("\(text)e\(places)") ?? number
        }
        let exponent = Int(text[text.index(after: mark)...]) ?? 0
        return Double("\(text[..<mark])e\(exponent &+ places)") ?? number
    }

    /// Appends a number as `$string` and `&` show it.
    static func append(_ number: Double, to out: inout ByteBuffer) throws {
        if number.magnitude < 1e15, number == number.rounded() {
            out.append(decimal: Int(number))
        } else {
            out.append(string: Number.format(try rounded(number)))
        }
    }
}

extension NumberText {
    /// The number with so many decimals, never in exponent form.
    static func fixed(_ number: Double, decimals: Int) -> String {
        var buffer = [CChar](repeating: 0, count: 400 + max(decimals, 0))
        _ = withVaList([Int32(clamping: max(decimals, 0)), number]) {
            vsnprintf(&buffer, buffer.count, "%.*f", $0)
        }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The whole number in another base.
    static func format(_ number: Double, radix: Int) -> String {
        if number.magnitude < 0x1p63 { return String(Int(number), radix: radix) }
        var digits: [UInt8] = []
        var rest = number.magnitude
        while rest >= 1 {
            let digit = Int(rest.truncatingRemainder(dividingBy: Double(radix)))
            digits.append(Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)[digit])
            rest = (rest / Double(radix)).rounded(.down)
        }
        return (number < 0 ? "-" : "") + String(decoding: digits.reversed(), as: UTF8.self)
    }
}
