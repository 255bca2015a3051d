/// What an evaluation gets from outside besides its data: time, randomness and limits.
public struct Environment: Sendable {
    /// The time that `$now` and `$millis` give, in milliseconds since 1970.
    public var now: Int64?
    /// One reference for both, nil mostly: an environment is made for each evaluation.
    private let chance: Chance?
    /// How much an evaluation may use.
    public var limits: Limits

    private final class Chance: Sendable {
        let random: @Sendable () -> UInt64
        let uuid: (@Sendable () -> String)?

        init(random: @escaping @Sendable () -> UInt64, uuid: (@Sendable () -> String)?) {
            self.random = random
            self.uuid = uuid
        }
    }

    /// An environment; without arguments the clock and randomness of the system.
    ///
    /// - Parameters:
    ///   - now: the time that `$now` and `$millis` give, in milliseconds since 1970.
    ///   - random: gives 64 random bits at each call; `$random`, `$shuffle` and `$uuid` draw from it.
    ///   - uuid: gives the text of `$uuid()`; nil makes one of random bits.
    ///   - limits: how much an evaluation may use.
    public init(
        now: Int64? = nil,
        random: (@Sendable () -> UInt64)? = nil,
        uuid: (@Sendable () -> String)? = nil,
        limits: Limits = Limits()
    ) {
        self.now = now
        self.limits = limits
        chance =
            random == nil && uuid == nil
            ? nil : Chance(random: random ?? Self.systemRandom, uuid: uuid)
    }

    @Sendable private static func systemRandom() -> UInt64 { .random(in: 0...UInt64.max) }

    /// The next 64 random bits.
    func random() -> UInt64 { chance?.random() ?? Self.systemRandom() }

    /// The text of `$uuid()`, if somebody has a say in it.
    func uuid() -> String? { chance?.uuid?() }

    /// What an evaluation may use before it fails.
    public struct Limits: Sendable, Equatable {
        /// The time, from the first look at the clock after a thousand steps.
        public var milliseconds: Int
        /// How many evaluations may be inside one another.
        public var depth: Int
        /// Bytes of text and of array elements that may be built in all.
        public var memory: Int

        /// Bytes of the longest text that may be built.
        public var text: Int

        /// Limits that no ordinary expression meets; by default about ten times what AWS allows for
        /// time, one second, and for text, seven million bytes.
        public init(
            milliseconds: Int = 10_000, depth: Int = 10_000, memory: Int = 512 << 20,
            text: Int = 64 << 20
        ) {
            self.milliseconds = milliseconds
            self.depth = depth
            self.memory = memory
            self.text = text
        }
    }
}
