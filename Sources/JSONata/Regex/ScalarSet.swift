/// A set of code points: what a class in a regular expression matches.
struct ScalarSet: Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]
    private(set) var isNegated = false
    /// Membership of the ASCII characters, one bit each.
    private var low: (UInt64, UInt64) = (0, 0)

    init(_ ranges: [ClosedRange<UInt32>] = []) {
        self.ranges = ranges
        for range in ranges { mark(range) }
    }

    private mutating func mark(_ range: ClosedRange<UInt32>) {
        var scalar = range.lowerBound
        while scalar <= range.upperBound, scalar < 128 {
            if scalar < 64 { low.0 |= 1 << scalar } else { low.1 |= 1 << (scalar - 64) }
            scalar += 1
        }
    }

    mutating func insert(_ range: ClosedRange<UInt32>) {
        ranges.append(range)
        mark(range)
    }

    mutating func insert(_ other: ScalarSet) {
        for range in other.isNegated ? other.complement : other.ranges { insert(range) }
    }

    mutating func negate() { isNegated.toggle() }

    private var complement: [ClosedRange<UInt32>] {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound &+ 1)
        }
        if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
        return gaps
    }

    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool { holds(scalar) != isNegated }

    @inline(__always)
    private func holds(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return low.0 & (1 << UInt64(scalar)) != 0 }
        if scalar < 128 { return low.1 & (1 << UInt64(scalar - 64)) != 0 }
        return ranges.contains { $0.contains(scalar) }
    }

    /// Membership whatever the case of the letter.
    func containsFolded(_ scalar: UInt32) -> Bool {
        let (upper, lower) = (CaseFolding.upper(scalar), CaseFolding.lower(scalar))
        return (holds(scalar) || holds(upper) || holds(lower)) != isNegated
    }

    static let digits = ScalarSet([0x30...0x39])
    static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let blanks = ScalarSet([
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
        0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
}

/// Case as JavaScript compares it without the flag `u`: by the simple upper-case letter.
enum CaseFolding {
    static func upper(_ scalar: UInt32) -> UInt32 {
        if scalar < 128 { return scalar >= 0x61 && scalar <= 0x7A ? scalar - 32 : scalar }
        guard let known = UnicodeScalar(scalar) else { return scalar }
        let mapped = known.properties.uppercaseMapping.unicodeScalars
        // A letter beyond ASCII never folds into ASCII, and long mappings do not count.
        guard mapped.count == 1, let first = mapped.first, first.value >= 128 else { return scalar }
        return first.value
    }

    static func lower(_ scalar: UInt32) -> UInt32 {
        if scalar < 128 { return scalar >= 0x41 && scalar <= 0x5A ? scalar + 32 : scalar }
        guard let known = UnicodeScalar(scalar) else { return scalar }
        let mapped = known.properties.lowercaseMapping.unicodeScalars
        guard mapped.count == 1, let first = mapped.first, first.value >= 128 else { return scalar }
        return first.value
    }
}
