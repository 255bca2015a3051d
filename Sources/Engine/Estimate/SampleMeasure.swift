import JSON

/// What a part of a Map Run's children came to: what a whole run is estimated from.
public struct SampleMeasure: Sendable {
    /// Children that have ended, and items they stand for.
    public var children = 0
    public var items = 0
    /// Children that ended in a second, once they were going; nil if that cannot be told.
    public var rate: Double?
    /// Their durations together, in milliseconds; and each rounded up to 100 ms.
    public var milliseconds = 0
    public var billedMilliseconds = 0
    /// The longest duration.
    public var longest = 0

    /// Children that were gone through once more.
    public var replayed = 0
    /// States entered and attempts repeated in those.
    public var transitions = 0
    /// The most events in a history.
    public var mostEvents = 0
    /// The most bytes of an input or output.
    public var mostBytes = 0

    /// What the execution around the Map came to.
    public var parentTransitions = 0
    public var parentEvents = 0

    private var stops: [Int] = []
    private var firstStart = Int.max

    /// Takes in the end of a child.
    mutating func add(start: Int, stop: Int, itemCount: Int) {
        children += 1
        items += itemCount
        let duration = max(0, stop - start)
        milliseconds += duration
        billedMilliseconds += max(1, (duration + 99) / 100) * 100
        longest = max(longest, duration)
        stops.append(stop)
        firstStart = min(firstStart, start)
    }

    /// Takes in the history of a child.
    mutating func add(_ events: [HistoryEvent]) {
        replayed += 1
        transitions += Self.transitions(events)
        mostEvents = max(mostEvents, events.count)
        for member in events.lazy.flatMap(\.details)
        where ["input", "output"].contains(member.key.string) {
            mostBytes = max(
                mostBytes, member.value.string?.utf8.count ?? member.value.serializedSize)
        }
    }

    /// States entered and attempts repeated, which is what AWS counts.
    static func transitions(_ events: [HistoryEvent]) -> Int {
        var entered = 0
        var repeated = 0
        for event in events {
            if event.type.hasSuffix("StateEntered") { entered += 1 }
            if event.type == "TaskStateEntered" { repeated -= 1 }
            if ["TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled"]
                .contains(event.type)
            {
                repeated += 1
            }
        }
        return entered + max(0, repeated)
    }

    /// The start of tasks' processes and the last few children, which wait for nobody, are left
    /// out: between a fifth and four fifths of the ends the run is at its pace.
    mutating func findRate() {
        stops.sort()
        guard let last = stops.last else { return }
        let (first, end) = (stops.count / 5, stops.count * 4 / 5)
        let time = stops[min(end, stops.count - 1)] - stops[first]
        if time >= 20, end > first {
            rate = Double(end - first) / Double(time) * 1000
        } else {
            rate = Double(stops.count) / Double(max(1, last - firstStart)) * 1000
        }
        stops = []
    }
}
