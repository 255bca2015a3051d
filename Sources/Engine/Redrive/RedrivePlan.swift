import JSON
import Journal

/// What a redrive keeps and what it runs again, as far as the journals alone tell.
public struct RedrivePlan: Sendable {
    /// One Map Run.
    public struct Map: Sendable {
        /// Its folder's name.
        public var name: String
        /// Its folder.
        public var path: String
        /// Children that keep their outcome; where batches are split, items.
        public var kept: Int
        /// Children that run again.
        public var again: Int
        /// Of those kept: children that are set aside.
        public var setAside: Int
        /// Of those that run again: children that are no longer set aside.
        public var released: Int
        /// Children that have not been started; nil if the reader had not come to its end.
        public var pending: Int?
        /// Whether the file that it read is another one by now.
        public var isChanged: Bool
        /// Where its result stands in the execution's journal.
        var place: String
    }

    /// The Map Runs in which something runs again.
    public var maps: [Map]

    /// Whether a file that a Map Run read is another one by now.
    public var hasChangedInput: Bool { maps.contains(where: \.isChanged) }

    /// Whether there are children that were set aside and are to run again.
    public var hasReleased: Bool { maps.contains { $0.released > 0 } }

    /// Looks at the Map Runs of a run.
    public init(_ directory: RunDirectory, _ redrive: Redrive) throws(RunError) {
        maps = []
        let settled = SettledMapRuns(
            try ExecutionHistory.read(directory.journalPath),
            name: directory.name)
        for path in try directory.mapPaths() {
            guard let info = try MapFolder.info(at: path), !settled.hasLeft(info) else { continue }
            let state = try RecoveredMapRun.read(path).state
            let (setAside, released) = (state.strikes.setAside.count, state.strikes.released.count)
            // Those set aside are counted as failed.
            let failed = redrive.statuses.contains(.failed) ? -setAside : released
            // Where batches are split it is items that are pending.
            let counts = state.batchSplits == nil ? state.counts : state.itemCounts
            let again = redrive.statuses.reduce(0) { $0 + counts[$1] } + failed
            let pending = state.pending
            let isChanged = SourceIdentity.isFileChanged(info)
            guard again > 0 || pending != 0 || isChanged else { continue }
            maps.append(
                Map(
                    name: path.split(separator: "/").last.map(String.init) ?? path, path: path,
                    kept: counts.finished - again, again: again, setAside: setAside,
                    released: released, pending: pending,
                    isChanged: isChanged, place: Self.place(info)))
        }
    }

    /// Where the result of a Map Run stands in its execution's journal.
    static func place(_ info: Value) -> String {
        place(info["path"]?.string ?? "", info["sequence"]?.number?.int ?? 0)
    }

    static func place(_ path: String, _ sequence: Int) -> String { "\(path):\(sequence)" }
}

extension ReplayedEvent {
    /// The last events, as far as they are failures of one state; of Map Runs only the last, which
    /// goes on where it is: to start over with an earlier one would do items twice.
    static func failuresAtTheEnd(of events: [Event], in state: String? = nil) -> [Event] {
        var found: [Event] = []
        var state = state
        for event in events.reversed() {
            guard let replayed = ReplayedEvent(payload: event.payload), replayed.isFailure,
                replayed.state == state ?? replayed.state
            else { break }
            state = replayed.state
            found.append(event)
            if case .mapRun = replayed.result { break }
        }
        return found.reversed()
    }

    /// Waits that had not come to their end by then: they begin anew.
    static func openWaits(of events: [Event], at time: Int) -> [Event] {
        events.filter { $0.payload["until"]?.number?.int ?? 0 > time }
    }
}

extension MapRunReopening.Child {
    /// What it continues from where nothing else has changed.
    var kept: [Event] {
        let void =
            ReplayedEvent.failuresAtTheEnd(of: events)
            + ReplayedEvent.openWaits(of: events, at: stopTime)
        return events.filter { !void.contains($0) }
    }
}
