import JSON

/// What `UpdateMapRun` may change of a Map Run; nil leaves it as it is.
public struct MapRunUpdate: Sendable, Equatable {
    /// How many children may be in flight; 0 means as many as possible.
    public var maxConcurrency: Int?
    /// How many failed items are borne.
    public var toleratedFailureCount: Int?
    /// How many of a hundred items may fail.
    public var toleratedFailurePercentage: Double?

    /// The kind of the notes that keep updates in a Map Run's journal.
    public static let noteKind: Text = "update"

    /// An update of these.
    public init(
        maxConcurrency: Int? = nil, toleratedFailureCount: Int? = nil,
        toleratedFailurePercentage: Double? = nil
    ) {
        self.maxConcurrency = maxConcurrency
        self.toleratedFailureCount = toleratedFailureCount
        self.toleratedFailurePercentage = toleratedFailurePercentage
    }

    /// The update that was written as JSON.
    public init(_ value: Value) {
        maxConcurrency = value["maxConcurrency"]?.number?.int
        toleratedFailureCount = value["toleratedFailureCount"]?.number?.int
        toleratedFailurePercentage = value["toleratedFailurePercentage"]?.number?.double
    }

    /// Whether it changes nothing.
    public var isEmpty: Bool { self == MapRunUpdate() }

    /// The update as JSON; what it leaves as it is has no member.
    public var value: Value {
        var object = ObjectValue()
        object["maxConcurrency"] = maxConcurrency.map { .int($0) }
        object["toleratedFailureCount"] = toleratedFailureCount.map { .int($0) }
        object["toleratedFailurePercentage"] = toleratedFailurePercentage.map { .double($0) }
        return .object(object)
    }

    /// Lets a later update take the place of what it names.
    public mutating func merge(_ later: MapRunUpdate) {
        maxConcurrency = later.maxConcurrency ?? maxConcurrency
        toleratedFailureCount = later.toleratedFailureCount ?? toleratedFailureCount
        toleratedFailurePercentage =
            later.toleratedFailurePercentage ?? toleratedFailurePercentage
    }
}

extension MapRunState {
    /// What was changed since the Map Run began, the last change of each counting.
    public var update: MapRunUpdate {
        var update = MapRunUpdate()
        for note in notes where note.kind == MapRunUpdate.noteKind {
            update.merge(MapRunUpdate(note.payload))
        }
        return update
    }
}
