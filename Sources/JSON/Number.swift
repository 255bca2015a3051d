/// A JSON number that keeps the text it was written with until someone calculates with it.
public struct Number: Sendable {
    @usableFromInline
    enum Storage: Sendable {
        case int(Int)
        case double(Double)
        /// A number as written that is no plain integer of at most 18 digits.
        case literal(Text)
    }

    @usableFromInline let storage: Storage

    @inlinable
    init(storage: Storage) { self.storage = storage }

    /// An integer.
    @inlinable
    public init(_ int: Int) { storage = .int(int) }

    /// A floating-point number; must be finite.
    @inlinable
    public init(_ double: Double) { storage = .double(double) }

    /// A number from JSON number text that a parser has already checked.
    @inlinable
    public init(literal text: Text) { storage = Self.parse(text) }

    @usableFromInline
    static func parse(_ text: Text) -> Storage {
        text.withUTF8 { bytes in
            guard let int = plainInteger(bytes) else { return .literal(text) }
            return .int(int)
        }
    }

    /// The value of an integer written canonically with at most 18 digits, else nil.
    @inlinable
    static func plainInteger(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard bytes.count <= 18, var byte = bytes.first else { return nil }
        let negative = byte == 0x2D
        var index = negative ? 1 : 0
        if negative && (bytes.count == 1 || bytes[1] == 0x30) { return nil }
        var value = 0
        while index < bytes.count {
            byte = bytes[index] &- 0x30
            guard byte <= 9 else { return nil }
            value = value &* 10 &+ Int(byte)
            index += 1
        }
        return negative ? -value : value
    }

    /// The integer, if it is kept as one: a cheaper question than `int`.
    @inlinable
    public var storedInt: Int? {
        if case .int(let int) = storage { return int }
        return nil
    }

    /// The value as a double, rounded to the nearest.
    public var double: Double {
        switch storage {
        case .int(let int): Double(int)
        case .double(let double): double
        case .literal(let text):
            text.withUTF8 { Self.exactDecimal($0) } ?? Double(text.string) ?? .nan
        }
    }

    /// The value of a short decimal: digits that a double holds exactly over a power of ten that
    /// it holds exactly, so that the one division rounds correctly. Nil if it is longer. The bytes
    /// are those of a decimal number.
    package static func exactDecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        guard bytes.count <= 17 else { return nil }
        var digits = 0
        var scale = 0
        var hasPoint = false
        let isNegative = bytes.first == 0x2D
        for byte in bytes[(isNegative ? 1 : 0)...] {
            if byte == 0x2E {
                hasPoint = true
                continue
            }
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            digits = digits &* 10 &+ Int(byte &- 0x30)
            if hasPoint { scale += 1 }
        }
        guard digits < 1 << 53 else { return nil }
        let value = scale == 0 ? Double(digits) : Double(digits) / powersOfTen[scale]
        return isNegative ? -value : value
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17,
    ]

    /// The value as an integer, if it is a whole number (also written 1.0 or 1e3) that fits.
    public var int: Int? {
        switch storage {
        case .int(let int): int
        case .double(let double): Int(exactly: double)
        case .literal(let text): Int(text.string) ?? Int(exactly: double)
        }
    }

    /// Whether it was written, or computed, as an integer: no point and no exponent.
    public var isIntegerLiteral: Bool {
        switch storage {
        case .int: true
        case .double: false
        case .literal(let text):
            text.withUTF8 { !$0.contains { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 } }
        }
    }

    /// The number as JSON text: as written if it was read, else the shortest that reads back.
    ///
    /// A computed double that is whole prints without a fraction up to 2^53 (`3`, not `3.0`).
    public var text: String {
        switch storage {
        case .int(let int): return String(int)
        case .double(let double): return Self.format(double)
        case .literal(let text): return text.string
        }
    }

    /// A double in the form JavaScript prints it: shortest digits, plain from 1e-7 up to 1e21.
    public static func format(_ double: Double) -> String {
        if let int = Int(exactly: double), abs(int) < 1 << 53 { return String(int) }
        guard double.isFinite else { return "null" }
        let (negative, digits, exponent) = decimalDigits(double)
        let sign = negative ? "-" : ""
        let count = digits.count
        if exponent >= count && exponent <= 21 {
            return sign + digits + String(repeating: "0", count: exponent - count)
        }
        if exponent > 0 && exponent <= 21 {
            return sign + digits.prefix(exponent) + "." + digits.dropFirst(exponent)
        }
        if exponent > -6 && exponent <= 0 {
            return sign + "0." + String(repeating: "0", count: -exponent) + digits
        }
        let power = exponent - 1
        let mantissa = digits.prefix(1) + (count > 1 ? "." + digits.dropFirst(1) : "")
        return sign + mantissa + "e" + (power < 0 ? "-" : "+") + String(abs(power))
    }

    /// The shortest decimal digits d1d2… of a finite double and the e with 0.d1d2… × 10^e.
    private static func decimalDigits(_ double: Double) -> (Bool, String, Int) {
        var text = Substring("\(abs(double))")
        var exponent = 0
        if let mark = text.firstIndex(of: "e") {
            exponent = Int(text[text.index(after: mark)...]) ?? 0
            text = text[..<mark]
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var digits = String(parts[0])
        exponent += digits.count
        if parts.count > 1 { digits += parts[1] }
        let leading = digits.prefix { $0 == "0" }.count
        digits.removeFirst(leading)
        exponent -= leading
        while digits.last == "0" { digits.removeLast() }
        return (double.sign == .minus, digits, exponent)
    }
}

extension Number: Hashable {
    /// Equality by value: `1`, `1.0` and `1e0` are equal.
    public static func == (left: Number, right: Number) -> Bool {
        if let l = left.int, let r = right.int { return l == r }
        return left.double == right.double
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(double) }
}

extension Number: Comparable {
    public static func < (left: Number, right: Number) -> Bool {
        if let l = left.int, let r = right.int { return l < r }
        return left.double < right.double
    }
}
