import JSON

/// What an execution did up to a redrive, or since the last one.
public struct ExecutionAttempt: Sendable {
    /// What it continued from, oldest first; nothing in a first attempt.
    public var kept: [Event] = []
    /// That, and what it got from outside.
    public var events: [Event]
    /// What had been noted until its end.
    public var notes: [Note]
    /// How it ended, if it did.
    public var outcome: FinishedItem?
}

extension ExecutionHistory {
    /// Where a redrive begins: behind so many events and notes.
    struct Redriving: Sendable {
        var events: Int
        var notes: Int
        /// How the execution had ended.
        var outcome: FinishedItem?
    }

    /// The attempts of the execution, oldest first: one more than there were redrives.
    public var attempts: [ExecutionAttempt] {
        var found: [ExecutionAttempt] = []
        var kept: [Event] = []
        for redriving in redrivings {
            let notes = Array(notes.prefix(redriving.notes))
            found.append(
                ExecutionAttempt(
                    kept: kept, events: Self.events(events.prefix(redriving.events), notes.last),
                    notes: Self.beforeOrder(notes), outcome: redriving.outcome))
            kept = Array(events.prefix(redriving.events))
        }
        found.append(
            ExecutionAttempt(
                kept: kept, events: events,
                notes: pendingRedrive == nil ? notes : Self.beforeOrder(notes),
                outcome: lastOutcome))
        return found
    }

    /// Events without those that the redrive has put in the place of some, to make them void.
    private static func events(_ all: ArraySlice<Event>, _ redriven: Note?) -> [Event] {
        var events = all
        while let last = events.last, last.payload["void"] != nil,
            last.payload["time"] == redriven?.payload["time"]
        {
            events.removeLast()
        }
        return Array(events)
    }

    /// The notes before the last order of a redrive.
    private static func beforeOrder(_ notes: [Note]) -> [Note] {
        Array(notes[..<(notes.lastIndex { $0.kind == redriveKind } ?? notes.endIndex)])
    }
}
