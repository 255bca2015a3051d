import JSON

/// The children of a Parallel or inline Map state that is running.
struct Join {
    /// Inputs of the iterations of a Map; empty for a Parallel.
    var items: [Value] = []
    /// The input of a Parallel's branches, or what `$` means in a Map's ItemSelector.
    var input: Value
    var results: [Value?]
    /// The child to start next.
    var next = 0
    /// How many may run at the same time.
    let limit: Int
    /// Suspended children by slot.
    var running: [Int: FrameBox] = [:]
    /// The sequence number at which the state's children were started: part of their paths.
    let origin: Int
    /// The event that iterations and branches follow.
    var startedEvent: Int
    /// The last event of the child that ended last.
    var lastChildEvent: Int

    init(input: Value, count: Int, limit: Int, origin: Int, startedEvent: Int) {
        self.input = input
        results = Array(repeating: nil, count: count)
        self.limit = limit
        self.origin = origin
        self.startedEvent = startedEvent
        lastChildEvent = startedEvent
    }

    var isComplete: Bool { next == results.count && running.isEmpty }
}

/// A suspended workflow with its place in the tree of an execution.
///
/// Owned by its execution and touched only by the worker that advances it.
final class FrameBox: @unchecked Sendable {
    // Proof: timers and tasks only carry it back to its execution's mailbox.
    var frame: Frame
    /// What it waits for, until that is under way.
    var pending: Suspension?
    unowned var parent: FrameBox?
    let slot: Int
    /// Raised whenever what the box waits for has come or been given up: late news is ignored.
    var generation = 0
    var wait = ArmedWait()
    /// Whether a task was started whose result has not been taken in.
    var holdsTask = false
    /// The sequence number of the task or Map Run that it waits for.
    var awaitedSequence = 0

    init(_ frame: consuming Frame, pending: Suspension, slot: Int) {
        self.frame = frame
        self.pending = pending
        self.slot = slot
    }
}
