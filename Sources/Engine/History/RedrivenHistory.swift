import JSON
import Journal

/// The history of an execution that was redriven: behind the end of each attempt stands what the
/// next one did, as on AWS.
///
/// AWS shows what runs again behind `ExecutionRedriven`. A state that had not come to its end is not
/// entered once more, except for Fail; nor is a Map Run started that goes on.
struct RedrivenHistory {
    private(set) var events: [HistoryEvent] = []

    /// Where an attempt begins, as far as the answers lead that it was left.
    struct Beginning {
        /// The attempt's events that come before anything is done.
        var events: [HistoryEvent]
        var count: Int { events.count }
        /// States that wait by then: the event with which each was entered, and its last one.
        var waiting: [(entered: Int, last: Int)]
        /// Whether the execution ends without anything being done.
        var hasEnded: Bool
    }

    /// Which ids the events of an attempt have in the history: in the attempt they count from 1.
    struct Numbers: Sendable {
        /// Those of the events that come before anything is done.
        var known: [Int: Int]
        /// What is added to the others.
        var offset: Int

        func id(of event: Int) -> Int { known[event] ?? event + offset }
    }

    /// The ids of the events of an attempt that is to be added.
    func numbers(
        from beginning: Beginning, _ redrives: ExecutionFacts.Redrives
    ) -> Numbers {
        var history = self
        let known = history.add(beginning.events, from: beginning, redrives)
        return Numbers(known: known, offset: history.events.count - beginning.count)
    }

    /// Takes the first attempt, or the last where earlier ones are not to be shown.
    mutating func begin(_ attempt: [HistoryEvent]) { events = attempt }

    /// Adds what a redrive led to; gives the ids that its events have got.
    @discardableResult
    mutating func add(
        _ attempt: [HistoryEvent], from beginning: Beginning, _ redrives: ExecutionFacts.Redrives
    ) -> [Int: Int] {
        var known: [String: [Int]] = [:]
        for event in events.reversed() { known[event.place, default: []].append(event.id) }
        let redriven = append(
            "ExecutionRedriven", after: events.count, at: redrives.time,
            [Member("redriveCount", .int(redrives.count))])
        let again = eventsAgain(of: attempt, beginning)
        let lasts = Set(beginning.waiting.map(\.last))
        var ids = [0: 0]
        for event in attempt {
            if event.id <= beginning.count, !again.contains(event.id),
                let old = known[event.place]?.popLast()
            {
                ids[event.id] = lasts.contains(event.id) ? redriven : old
                continue
            }
            let isFirst =
                events.count == redriven
                || !beginning.hasEnded && again.contains(event.id)
                    && !again.contains(event.previousID)
            ids[event.id] = append(
                event, after: isFirst ? redriven : ids[event.previousID] ?? redriven,
                notBefore: redrives.time)
        }
        return ids
    }

    /// The events at the beginning of an attempt that stand for something that is done once more.
    private func eventsAgain(of attempt: [HistoryEvent], _ beginning: Beginning) -> Set<Int> {
        if beginning.hasEnded {
            let last = attempt.prefix(beginning.count).last { $0.type.hasSuffix("StateEntered") }
            guard let last else { return [] }
            let first = last.type == "FailStateEntered" ? last.id : last.id + 1
            return Set(first..<max(first, beginning.count + 1))
        }
        var again: Set<Int> = []
        for (entered, last) in beginning.waiting {
            var id = last
            while id > entered, !attempt[id - 1].endsAnAttempt {
                again.insert(id)
                if isKnown(attempt[id - 1]) { break }
                id = attempt[id - 1].previousID
            }
        }
        return again
    }

    /// Whether the event starts a Map Run that had been started before.
    private func isKnown(_ event: HistoryEvent) -> Bool {
        event.type == "MapRunStarted" && events.contains { $0.place == event.place }
    }

    private mutating func append(
        _ event: HistoryEvent, after previous: Int, notBefore time: Int
    ) -> Int {
        let time = max(event.time, time)
        guard isKnown(event), let arn = event["mapRunArn"] else {
            return append(event.type, after: previous, at: time, event.details)
        }
        let redrives = events.count { $0.type == "MapRunRedriven" && $0["mapRunArn"] == arn }
        return append(
            "MapRunRedriven", after: previous, at: time,
            [Member("mapRunArn", arn), Member("redriveCount", .int(redrives + 1))])
    }

    private mutating func append(
        _ type: String, after previous: Int, at time: Int, _ details: [Member]
    ) -> Int {
        events.append(
            HistoryEvent(
                id: events.count + 1, previousID: previous, time: time, type: type,
                details: details))
        return events.count
    }
}

extension HistoryEvent {
    subscript(name: Key) -> Value? { details.first { $0.key == name }?.value }

    /// What the event is about, whatever the values were.
    fileprivate var place: String {
        let about = [self["name"], self["index"], self["mapRunArn"]].compactMap { $0?.serialized }
        return ([type] + about).joined(separator: " ")
    }

    /// Whether an attempt of a state failed here, so that another one may follow.
    fileprivate var endsAnAttempt: Bool { type.hasSuffix("Failed") || type.hasSuffix("TimedOut") }
}

extension Execution {
    /// The innermost states in which it waits: the events with which they were entered, and the
    /// last ones of their workflows.
    var waiting: [(entered: Int, last: Int)] { Self.waiting(root) }

    private static func waiting(_ box: FrameBox) -> [(entered: Int, last: Int)] {
        let children = box.children
        guard children.isEmpty else { return children.flatMap(waiting) }
        return [(box.frame.visit.enteredEvent, box.frame.lastEvent)]
    }
}
