/// A small random number generator of our own: the system's would give other rows on every run.
struct SplitMix64 {
    private var state: UInt64

    /// Every row has its own stream, so that a row does not depend on those before it.
    init(seed: UInt64, row: Int) {
        state = Self.mix(seed &+ Self.mix(UInt64(truncatingIfNeeded: row)))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A number in 0 ..< `bound`.
    mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True once in `times` draws.
    mutating func once(in times: Int) -> Bool { below(times) == 0 }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
