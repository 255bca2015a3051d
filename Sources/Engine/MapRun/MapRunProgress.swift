import Journal

/// How far a Map Run has come.
public struct MapRunProgress: Sendable {
    /// The name of its folder within the run; the label where nothing is kept.
    public var name: String
    /// Counts of child executions.
    public var children: MapRunCounts
    /// Counts of items.
    public var items: MapRunCounts
    /// Its concurrency and tolerances, as they are now.
    public var settings: MapRunUpdate
    /// How many children are in flight at the most right now, where that follows how calls get on.
    public var adaptiveConcurrency: Int?
    /// How often it was redriven.
    public var redriveCount: Int
    /// Its ARN.
    public var arn: String
    /// Whether it has come to its end, with what error, and when it was asked to stop.
    public var phase: Phase
    /// When it ended, in milliseconds since 1970.
    public var stopTime: Int?
    /// How much of the input has been read, from 0 to 1, where that can be told.
    public var fractionRead: Double?
    /// How much of it is done, from 0 to 1, if what has not been read is like what has.
    public var fractionDone: Double?

    /// AWS's statuses of Map Runs.
    public enum Phase: String, Sendable {
        case running = "RUNNING"
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
        case aborted = "ABORTED"
    }
}
