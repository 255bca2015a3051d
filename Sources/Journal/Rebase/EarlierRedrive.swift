import JSON

/// A redrive from before an input has changed, of items whose attempts before it the journal does
/// not have: which, by their new numbers, it has run again.
///
/// Of many items there are several notes, the first of which may begin a redrive.
enum EarlierRedrive {
    static let noteKind: Text = "redrivenItems"
    private static let rangesInNote = 1000

    /// Takes in one note, whose position is before all outcomes.
    static func apply(
        _ note: Note, at position: JournalPosition, to redrives: inout [MapRunState.Redrive]
    ) {
        if note.payload["begins"] == true {
            redrives.append(MapRunState.Redrive(position: position))
        }
        guard !redrives.isEmpty else { return }
        for range in note.payload["ranges"]?.array?.elements ?? [] {
            guard let first = range[0]?.number?.int, let count = range[1]?.number?.int else {
                continue
            }
            for item in first..<first + max(0, count) {
                redrives[redrives.count - 1].items.insert(item)
            }
        }
    }

    /// A redrive of these items as notes, which begin it or add to the one before.
    static func notes(of items: ItemSet, begins: Bool) -> [Note] {
        var notes: [Note] = []
        var ranges: [Value] = []
        func end() {
            notes.append(
                Note(
                    kind: noteKind,
                    payload: ["begins": .bool(begins && notes.isEmpty), "ranges": .array(ranges)]))
            ranges.removeAll()
        }
        items.forEachRange { range in
            ranges.append([.int(range.lowerBound), .int(range.count)])
            if ranges.count == rangesInNote { end() }
        }
        if notes.isEmpty || !ranges.isEmpty { end() }
        return notes
    }
}

extension ItemSet {
    /// Calls `body` with each range of items that follow one another.
    fileprivate func forEachRange(_ body: (Range<Int>) -> Void) {
        var open: Range<Int>?
        for item in items {
            if let last = open, last.upperBound == item {
                open = last.lowerBound..<item + 1
            } else {
                if let open { body(open) }
                open = item..<item + 1
            }
        }
        if let open { body(open) }
    }
}
