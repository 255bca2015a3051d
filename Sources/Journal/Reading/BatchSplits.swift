import JSON

/// How batches of a Map Run were split, where a failing one is: children are then numbered by
/// their first item, as nobody knows beforehand how many there will be.
///
/// A batch is halved where it fails, and its halves where they fail. An item is the middle of at
/// the most one part of its batch, so the set of all middles says which parts were split.
public struct BatchSplits: Sendable, Equatable {
    /// Whether batches of this Map Run are split.
    public internal(set) var isOn = false
    /// The first items of second halves.
    var middles = ItemSet()

    /// The kind of the notes that say so.
    public static let noteKind: Text = "bisect"

    /// Batches that are not split.
    public init() {}

    /// Where a part of a batch is split: its first half is the larger one.
    public static func middle(_ first: Int, _ count: Int) -> Int { first + (count + 1) / 2 }

    /// The parts that a batch, or a part of one, has become, in order.
    public func parts(of first: Int, count: Int) -> [Range<Int>] {
        let middle = Self.middle(first, count)
        guard count > 1, middles.contains(middle) else { return [first..<first + count] }
        return parts(of: first, count: middle - first)
            + parts(of: middle, count: first + count - middle)
    }

    /// The note that batches of a Map Run are split; it comes before all outcomes.
    public static var beginning: Note { Note(kind: noteKind, payload: [:]) }

    /// The note that the child that begins with this item has failed and is split.
    public static func split(_ first: Int, count: Int) -> Note {
        Note(
            kind: noteKind,
            payload: ["item": .int(first), "middle": .int(middle(first, count))])
    }

    /// Takes in a note; tells which child was split.
    mutating func apply(_ payload: Value) -> Int? {
        isOn = true
        guard let item = payload["item"]?.number?.int,
            let middle = payload["middle"]?.number?.int, middle > 0
        else { return nil }
        middles.insert(middle)
        return item
    }
}

extension Note {
    /// The child that this note says was split: what it had done is void.
    public var splitItem: Int? {
        kind == BatchSplits.noteKind ? payload["item"]?.number?.int : nil
    }
}

extension MapRunState {
    /// How batches were split; nil where they are not.
    public var batchSplits: BatchSplits? { splits.isOn ? splits : nil }

    /// How many items, or where batches are not split child executions, have no outcome; nil
    /// while nobody knows how many there are.
    public var pending: Int? {
        total.map { $0 - (splits.isOn ? itemCounts.finished : counts.finished) }
    }

    /// How many child executions there are; nil while that may change.
    public var totalChildren: Int? {
        guard splits.isOn else { return total }
        return pending == 0 ? counts.finished : nil
    }
}
