import JSON

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Library {
    static let numberFunctions: [LibraryFunction] = [
        LibraryFunction("number", "<(nsb)-:n>", arity: 1) { arguments, _ in
            switch arguments[0] {
            case .text(let text):
                guard let number = NumberParser.parse(text) else {
                    throw JSONataError("D3030", value: .string(text))
                }
                return .number(number)
            case .bool(let bool): return .number(bool ? 1 : 0)
            default: return arguments[0]
            }
        },
        LibraryFunction("abs", "<n-:n>", arity: 1) { arguments, _ in
            number(arguments) { $0.magnitude }
        },
        LibraryFunction("floor", "<n-:n>", arity: 1) { arguments, _ in
            number(arguments) { $0.rounded(.down) }
        },
        LibraryFunction("ceil", "<n-:n>", arity: 1) { arguments, _ in
            number(arguments) { $0.rounded(.up) }
        },
        LibraryFunction("round", "<n-n?:n>", arity: 2) { arguments, _ in
            let decimals = min(max(arguments.number(1) ?? 0, -400), 400)
            return number(arguments) { NumberText.round($0, decimals: Int(decimals)) }
        },
        LibraryFunction("sqrt", "<n-:n>", arity: 1) { arguments, _ in
            if let value = arguments.number(0), value < 0 {
                throw JSONataError("D3060", value: arguments[0].shown)
            }
            return number(arguments) { $0.squareRoot() }
        },
        LibraryFunction("power", "<n-n:n>", arity: 2) { arguments, _ in
            guard let base = arguments.number(0) else { return .undefined }
            let result = arguments.number(1).map { power(base, $0) } ?? .nan
            guard result.isFinite else {
                throw JSONataError(
                    "D3061", value: arguments[0].shown, other: arguments[1].shown ?? .null)
            }
            return .number(result)
        },
        LibraryFunction("random", "<:n>", arity: 0) { _, machine in
            .number(Double(machine.environment.random() >> 11) * 0x1p-53)
        },
    ]

    private static func number(_ arguments: Arguments, _ change: (Double) -> Double) -> Item {
        arguments.number(0).map { .number(change($0)) } ?? .undefined
    }

    /// Like C's, except that 1 to an infinite power is no number in JavaScript.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        base.magnitude == 1 && exponent.isInfinite ? .nan : pow(base, exponent)
    }
}

/// Texts that are numbers for `$number`.
enum NumberParser {
    static func parse(_ text: Text) -> Double? {
        let short: Double?? = text.withUTF8 { bytes in
            if let value = radix(bytes) { return value }
            return isDecimal(bytes) ? .some(Number.exactDecimal(bytes)) : nil
        }
        guard let short else { return nil }
        guard let number = short ?? Double(text.string), number.isFinite else { return nil }
        return number
    }

    private static func radix(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "0") else { return nil }
        let radix: Int
        switch bytes[1] | 32 {
        case UInt8(ascii: "x"): radix = 16
        case UInt8(ascii: "o"): radix = 8
        case UInt8(ascii: "b"): radix = 2
        default: return nil
        }
        var value = 0.0
        for byte in bytes[2...] {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80,
                digit < radix
            else { return nil }
            value = value * Double(radix) + Double(digit)
        }
        return value
    }

    /// JSON's grammar, with leading zeros allowed.
    private static func isDecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = bytes.first == UInt8(ascii: "-") ? 1 : 0
        func digits() -> Bool {
            let start = index
            while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
            return index > start
        }
        guard digits() else { return false }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard digits() else { return false }
        }
        if index < bytes.count, bytes[index] | 32 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count,
                bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
            {
                index += 1
            }
            guard digits() else { return false }
        }
        return index == bytes.count
    }
}
