/// How far a Map Run has come.
public struct MapRunProgress: Sendable {
    /// The name of its folder within the run; the label where nothing is kept.
    public var name: String
    /// Counts of child executions.
    public var children: MapRunCounts
    /// Counts of items.
    public var items: MapRunCounts
    /// How much of the input has been read, from 0 to 1, where that can be told.
    public var fractionRead: Double?
}
