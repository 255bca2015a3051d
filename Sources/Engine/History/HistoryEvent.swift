import JSON

/// One event of an execution's history, in AWS's terms.
public struct HistoryEvent: Sendable {
    /// From 1, in the order of recording.
    public var id: Int
    /// The event that this one follows from; 0 for the first.
    public var previousID: Int
    /// Milliseconds since 1970.
    public var time: Int
    /// The type, `PassStateEntered` for instance.
    public var type: String
    /// The members of the details that the type has.
    public var details: [Member]
    /// How the input was written, where it was not written here.
    var inputText: String?
}

/// Names of the events of one state type, made once.
struct StateEventNames: Sendable {
    let entered: String
    let exited: String
    let started: String
    let succeeded: String
    let failed: String
    let aborted: String

    init(type: String) {
        entered = type + "StateEntered"
        exited = type + "StateExited"
        started = type + "StateStarted"
        succeeded = type + "StateSucceeded"
        failed = type + "StateFailed"
        aborted = type + "StateAborted"
    }
}

/// Counts the events of an execution, and keeps them when asked to.
struct History: Sendable {
    private(set) var lastID = 0
    private(set) var events: [HistoryEvent] = []
    let isKept: Bool

    init(isKept: Bool) { self.isKept = isKept }

    /// Records an event and returns its id; details are made only when events are kept.
    @discardableResult
    mutating func record(
        _ type: @autoclosure () -> String, after previous: Int, at time: Int,
        _ details: @autoclosure () -> [Member] = []
    ) -> Int {
        lastID += 1
        if isKept {
            events.append(
                HistoryEvent(
                    id: lastID, previousID: previous, time: time, type: type(),
                    details: details()))
        }
        return lastID
    }
}
