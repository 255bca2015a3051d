import JSON
import Journal

/// What differs between the results of two runs, item by item.
public struct RunDifference {
    /// How much longer one duration must be than the other to count, in percent; nil: they do not
    /// count. Below ten milliseconds nothing counts, as the clock has only milliseconds.
    private let durationThreshold: Double?
    private static let leastMilliseconds = 10
    /// How many items there were of each sort.
    public private(set) var counts = Counts()

    /// Items of each sort.
    public struct Counts: Sendable {
        var same = 0
        var moved = 0
        var changed = 0
        var status = 0
        var output = 0
        var duration = 0
        var input = 0
        var onlyOld = 0
        var onlyNew = 0

        /// Whether nothing differs; an item that only moved does not.
        public var isEmpty: Bool { changed + onlyOld + onlyNew == 0 }
    }

    /// One difference.
    public struct Entry: Sendable {
        var indices: (old: Int?, new: Int?)
        var old: Value?
        var new: Value?
        var changes: [String] = []
        var milliseconds: (old: Int, new: Int)?
    }

    /// A comparison that, with a threshold in percent, also looks at durations.
    public init(durationThreshold: Double?) { self.durationThreshold = durationThreshold }

    /// Compares the Map Runs in two folders, in the order of the old one's items, those that only
    /// the new one has last.
    public mutating func compare(
        _ oldFolder: String, _ newFolder: String, _ body: (Entry) throws -> Void
    ) throws {
        let (old, new) = (try RunItems(oldFolder), try RunItems(newFolder))
        try ItemPairing.pair(old, new)
        for index in 0..<old.count where old.contains(index) {
            guard old.table[index].partner > 0 else {
                counts.onlyOld += 1
                try body(Entry(indices: (index, nil), old: old.result(index)))
                continue
            }
            let other = Int(old.table[index].partner) - 1
            if let entry = try compare(old, index, new, other) { try body(entry) }
        }
        for index in 0..<new.count where new.contains(index) && new.table[index].partner == 0 {
            counts.onlyNew += 1
            try body(Entry(indices: (nil, index), new: new.result(index)))
        }
    }

    /// Compares the outcomes of two runs without Map Runs.
    public mutating func compare(_ old: Value, _ new: Value, _ body: (Entry) throws -> Void) throws
    {
        var entry = Entry(indices: (nil, nil), old: old, new: new)
        note(&entry, inputHasChanged: false, isMoved: false)
        if !entry.changes.isEmpty { try body(entry) }
    }

    private mutating func compare(
        _ old: RunItems, _ index: Int, _ new: RunItems, _ other: Int
    ) throws -> Entry? {
        let (left, right) = (old.table[index], new.table[other])
        var entry = Entry(
            indices: (index, other), old: try old.result(index), new: try new.result(other))
        entry.milliseconds = (Int(left.milliseconds), Int(right.milliseconds))
        let isEdited =
            left.contentHash != right.contentHash && left.contentHash != 0
            && right.contentHash != 0
        note(&entry, inputHasChanged: isEdited, isMoved: index != other)
        return entry.changes.isEmpty ? nil : entry
    }

    private mutating func note(_ entry: inout Entry, inputHasChanged: Bool, isMoved: Bool) {
        if isMoved { counts.moved += 1 }
        if entry.old?["status"] != entry.new?["status"] {
            entry.changes.append("status")
            counts.status += 1
        } else if ["output", "error", "cause", "state"].contains(where: {
            entry.old?[Key($0)] != entry.new?[Key($0)]
        }) {
            entry.changes.append("output")
            counts.output += 1
        }
        if let times = entry.milliseconds, differ(times) {
            entry.changes.append("duration")
            counts.duration += 1
        }
        if entry.changes.isEmpty {
            counts.same += 1
        } else {
            counts.changed += 1
            // Only the reason for a change: an edit that changes nothing is no difference.
            if inputHasChanged {
                entry.changes.append("input")
                counts.input += 1
            }
        }
    }

    private func differ(_ times: (old: Int, new: Int)) -> Bool {
        guard let durationThreshold else { return false }
        let (less, more) = (min(times.old, times.new), max(times.old, times.new))
        return more - less >= Self.leastMilliseconds
            && Double(more) > Double(less) * (1 + durationThreshold / 100)
    }
}
