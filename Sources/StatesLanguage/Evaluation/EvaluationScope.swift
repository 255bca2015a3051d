import JSON
import JSONata

/// All that paths, templates and expressions of one state can see.
///
/// The engine keeps one for each running workflow and changes it in place.
public struct EvaluationScope: Sendable {
    /// What `$` means in JSONPath and `$states.input` in JSONata.
    public var input: Value
    /// `$states.result`, where there is one.
    public var result: Value?
    /// `$states.errorOutput`, where there is one.
    public var errorOutput: Value?
    /// Workflow variables.
    public var variables: Variables
    /// The Context object.
    public var context: ContextObject
    /// Where random numbers and UUIDs come from: seeded, so that a replay draws the same.
    public var random: RandomSource
    /// Milliseconds since 1970 when the execution was last woken: the `$now()` of expressions.
    public var now: Int

    /// How much one JSONata expression may use.
    public var limits = Environment.Limits()

    /// A scope at the beginning of a workflow.
    public init(
        input: Value, variables: Variables, context: ContextObject, random: RandomSource, now: Int
    ) {
        self.input = input
        self.variables = variables
        self.context = context
        self.random = random
        self.now = now
    }
}

/// The workflow variables that a state can see: those of its own workflow and of outer ones.
public struct Variables: Sendable {
    private var visible: [Member] = []

    /// No variables.
    public init() {}

    /// The value of a variable.
    public subscript(name: Key) -> Value? {
        get { visible.first { $0.key == name }?.value }
        set { visible.set(name, newValue) }
    }

    /// All visible variables in the order in which they were first assigned.
    public var all: [Member] { visible }
}

/// A source of random numbers (SplitMix64) that gives the same sequence for the same seed.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A source that starts from `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A random (version 4) UUID in lower case.
    public mutating func uuid() -> String {
        let high = (next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
        let low = (next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { out in
            var place = 0
            for index in 0..<32 {
                if index & 3 == 0, (8...20).contains(index) {
                    out[place] = UInt8(ascii: "-")
                    place += 1
                }
                let half = index < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (index & 15))) & 15
                out[place] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
                place += 1
            }
            return place
        }
    }
}
