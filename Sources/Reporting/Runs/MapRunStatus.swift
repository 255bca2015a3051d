import Engine
import JSON
import Journal

/// How far one Map Run has come, in AWS's categories.
public struct MapRunStatus: Sendable, Equatable {
    /// The name of the Map Run's folder within the run.
    public var name: String
    /// Counts of items.
    public var items: MapRunCounts
    /// Counts of child executions: fewer than items where they are batched.
    public var executions: MapRunCounts
    /// How much of the input has been read, from 0 to 1, where that is known.
    public var fractionRead: Double?
    /// How much of it is done, as far as that can be told from what has been read.
    public var fractionDone: Double?

    /// What else is told of it; nil where nothing but counts is known.
    public var facts: MapRunFacts?

    /// A status of these counts.
    public init(
        name: String, items: MapRunCounts, executions: MapRunCounts, fractionRead: Double? = nil,
        fractionDone: Double? = nil, facts: MapRunFacts? = nil
    ) {
        self.facts = facts
        self.name = name
        self.items = items
        self.executions = executions
        self.fractionRead = fractionRead
        self.fractionDone = fractionDone
    }

    /// What users read as its name.
    var title: String { RunDirectory.mapName(ofFolder: name) }

    /// The status as JSON.
    public var value: Value {
        var object = ObjectValue([Member("name", .string(name))] + (facts?.members ?? []))
        object["itemCounts"] = Self.describe(items)
        object["executionCounts"] = Self.describe(executions)
        if let fractionRead { object["fractionRead"] = .double(fractionRead) }
        if let fractionDone { object["fractionDone"] = .double(fractionDone) }
        return .object(object)
    }

    /// The status that was written as JSON; nil if it is none.
    public init?(_ value: Value) {
        guard let name = value["name"]?.string, let items = value["itemCounts"],
            let executions = value["executionCounts"]
        else { return nil }
        self.init(
            name: name, items: Self.read(items), executions: Self.read(executions),
            fractionRead: value["fractionRead"]?.number?.double,
            fractionDone: value["fractionDone"]?.number?.double, facts: MapRunFacts(value))
    }

    private static func describe(_ counts: MapRunCounts) -> Value {
        [
            "pending": counts.pending.map { .int($0) } ?? .null, "running": .int(counts.running),
            "succeeded": .int(counts.succeeded), "failed": .int(counts.failed),
            "timedOut": .int(counts.timedOut), "aborted": .int(counts.aborted),
            "total": counts.total.map { .int($0) } ?? .null,
            "resultsWritten": .int(counts.resultsWritten),
            "failuresNotRedrivable": .int(counts.failuresNotRedrivable),
            "pendingRedrive": counts.pendingRedrive.map { .int($0) } ?? .null,
        ]
    }

    private static func read(_ value: Value) -> MapRunCounts {
        func count(_ key: Key) -> Int { value[key]?.number?.int ?? 0 }
        var counts = MapRunCounts()
        counts.running = count("running")
        counts.succeeded = count("succeeded")
        counts.failed = count("failed")
        counts.timedOut = count("timedOut")
        counts.aborted = count("aborted")
        counts.total = value["total"]?.number?.int
        counts.resultsWritten = count("resultsWritten")
        counts.failuresNotRedrivable = count("failuresNotRedrivable")
        counts.pendingRedrive = value["pendingRedrive"]?.number?.int
        return counts
    }
}

extension MapRunCounts {
    /// Those that have not been started; nil while nobody knows how many there are.
    public var pending: Int? {
        total.map { max(0, $0 - ended - running - (pendingRedrive ?? 0)) }
    }

    /// Counts as a journal has them.
    init(_ counts: StatusCounts, total: Int?) {
        self.init()
        succeeded = counts.succeeded
        failed = counts.failed
        timedOut = counts.timedOut
        aborted = counts.aborted
        self.total = total
    }
}
