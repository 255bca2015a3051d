import JSON

/// What a running process writes into `status.json` every second, for others to read.
public struct RunSnapshot: Sendable, Equatable {
    /// How far the run has come.
    public var phase: RunPhase
    /// When the snapshot was made, in milliseconds since 1970.
    public var time: Int
    /// Items ended a second, of all Map Runs, over the last seconds.
    public var itemsPerSecond: Double
    /// What the run's calls of tasks are held to, if to anything.
    public var calls: CallLimit?
    /// The Map Runs of this process.
    public var mapRuns: [MapRunStatus]

    /// A snapshot of these parts.
    public init(
        phase: RunPhase, time: Int, itemsPerSecond: Double, calls: CallLimit? = nil,
        mapRuns: [MapRunStatus]
    ) {
        self.calls = calls
        self.phase = phase
        self.time = time
        self.itemsPerSecond = itemsPerSecond
        self.mapRuns = mapRuns
    }

    /// The snapshot as JSON.
    public var value: Value {
        var object = ObjectValue([
            Member("status", .string(phase.rawValue)), Member("time", .int(time)),
            Member("itemsPerSecond", .double((itemsPerSecond * 10).rounded() / 10)),
        ])
        object["calls"] = calls?.value
        object["mapRuns"] = .array(mapRuns.map(\.value))
        return .object(object)
    }

    /// The snapshot that was written as JSON; nil if it is none.
    public init?(_ value: Value) {
        guard let phase = value["status"]?.string.flatMap(RunPhase.init),
            let time = value["time"]?.number?.int
        else { return nil }
        self.init(
            phase: phase, time: time,
            itemsPerSecond: value["itemsPerSecond"]?.number?.double ?? 0,
            calls: value["calls"].flatMap(CallLimit.init),
            mapRuns: (value["mapRuns"]?.array?.elements ?? []).compactMap(MapRunStatus.init))
    }
}
