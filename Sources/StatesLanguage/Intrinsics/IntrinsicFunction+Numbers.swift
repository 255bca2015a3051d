import JSON

extension IntrinsicFunction {
    private static let bounds = Int(Int32.min)...Int(Int32.max)

    /// The sum of the two numbers, each rounded first.
    static func add(_ first: Value, _ second: Value) throws(IntrinsicFault) -> Int {
        let left = try bounded(integer(first, "first"))
        let right = try bounded(integer(second, "second"))
        return try bounded(left + right)
    }

    private static func bounded(_ number: Int) throws(IntrinsicFault) -> Int {
        guard bounds.contains(number) else {
            throw IntrinsicFault(
                "\(number) is outside \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// An integer from `first` up to but not including `last`.
    static func random(
        _ first: Value, _ last: Value, seed: Value?, source: inout RandomSource
    ) throws(IntrinsicFault) -> Int {
        let first = try bounded(integer(first, "first"))
        let last = try bounded(integer(last, "second"))
        guard first < last else {
            throw IntrinsicFault("the end \(last) must be above the start \(first)")
        }
        guard let seed else { return Int.random(in: first..<last, using: &source) }
        var seeded = JavaRandom(seed: try integer(seed, "third"))
        return first + Int(Double(last - first) * seeded.nextDouble())
    }
}

/// The generator of `java.util.Random`, whose sequences AWS gives for a seed.
struct JavaRandom {
    private static let multiplier: UInt64 = 0x5_DEEC_E66D
    private static let mask: UInt64 = (1 << 48) - 1
    private var state: UInt64

    init(seed: Int) {
        state = (UInt64(bitPattern: Int64(seed)) ^ Self.multiplier) & Self.mask
    }

    private mutating func next(bits: UInt64) -> UInt64 {
        state = (state &* Self.multiplier &+ 0xB) & Self.mask
        return state >> (48 - bits)
    }

    /// A number from 0 up to but not including 1.
    mutating func nextDouble() -> Double {
        let high = next(bits: 26) << 27
        return Double(high + next(bits: 27)) / Double(1 << 53 as UInt64)
    }
}
