/// What a pool has to know about the program it keeps warm.
struct InstanceSettings: Sendable {
    var program: Program
    /// The wire of one new instance.
    var makeWire: @Sendable () -> any Wire
    var faults: any FaultWording
    /// How many instances at most.
    var concurrency: Int
    /// Seconds one invocation may take.
    var timeout: Double
    /// Seconds a fresh instance may take on top, before it turns to its first invocation.
    var startTimeout = 10.0
    /// Seconds between SIGTERM and SIGKILL.
    var grace = 2.0
    var log: TaskLogWriter?
}
