import JSON

/// What a running process writes into `status.json` every second, for others to read.
public struct RunSnapshot: Sendable, Equatable {
    /// How far the run has come.
    public var phase: RunPhase
    /// When the snapshot was made, in milliseconds since 1970.
    public var time: Int
    /// Items ended a second, of all Map Runs, over the last seconds.
    public var itemsPerSecond: Double
    /// The Map Runs of this process.
    public var mapRuns: [MapRunStatus]

    /// A snapshot of these parts.
    public init(phase: RunPhase, time: Int, itemsPerSecond: Double, mapRuns: [MapRunStatus]) {
        self.phase = phase
        self.time = time
        self.itemsPerSecond = itemsPerSecond
        self.mapRuns = mapRuns
    }

    /// The snapshot as JSON.
    public var value: Value {
        [
            "status": .string(phase.rawValue), "time": .int(time),
            "itemsPerSecond": .double((itemsPerSecond * 10).rounded() / 10),
            "mapRuns": .array(mapRuns.map(\.value)),
        ]
    }

    /// The snapshot that was written as JSON; nil if it is none.
    public init?(_ value: Value) {
        guard let phase = value["status"]?.string.flatMap(RunPhase.init),
            let time = value["time"]?.number?.int
        else { return nil }
        self.init(
            phase: phase, time: time,
            itemsPerSecond: value["itemsPerSecond"]?.number?.double ?? 0,
            mapRuns: (value["mapRuns"]?.array?.elements ?? []).compactMap(MapRunStatus.init))
    }
}
