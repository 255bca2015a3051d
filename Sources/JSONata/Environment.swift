/// What an evaluation gets from outside besides its data: time, randomness and limits.
public struct Environment: Sendable {
    /// The time that `$now` and `$millis` give, in milliseconds since 1970.
    public var now: Int64?
    /// Gives 64 random bits at each call; `$random`, `$shuffle` and `$uuid` draw from it.
    public var random: @Sendable () -> UInt64
    /// Gives the text of `$uuid()`; nil makes one of random bits.
    public var uuid: (@Sendable () -> String)?
    /// How much an evaluation may use.
    public var limits: Limits

    /// An environment; without arguments the clock and randomness of the system.
    public init(
        now: Int64? = nil,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0...UInt64.max) },
        uuid: (@Sendable () -> String)? = nil,
        limits: Limits = Limits()
    ) {
        self.now = now
        self.random = random
        self.uuid = uuid
        self.limits = limits
    }

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
