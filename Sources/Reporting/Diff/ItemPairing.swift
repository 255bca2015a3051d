import Journal

/// Finds for each item of one run the same item of another.
///
/// Items at the same index with the same content are the same. Where contents moved, the first
/// occurrence of a content belongs to the first one in the other run, and so on; two that are left
/// over at the same index are one item that was edited.
enum ItemPairing {
    private struct Place: BitwiseCopyable {
        var hash: UInt64
        var index: UInt64

        static func < (left: Place, right: Place) -> Bool {
            (left.hash, left.index) < (right.hash, right.index)
        }
    }

    static func pair(_ old: RunItems, _ new: RunItems) throws(RunError) {
        var moved = false
        for index in 0..<max(old.count, new.count) {
            guard old.contains(index), new.contains(index) else {
                if old.contains(index) || new.contains(index) { moved = true }
                continue
            }
            let hashes = (old.table[index].contentHash, new.table[index].contentHash)
            if hashes.0 == hashes.1 || hashes.0 == 0 || hashes.1 == 0 {
                join(old, index, new, index)
            } else {
                moved = true
            }
        }
        guard moved else { return }
        try pairMoved(old, new)
        for index in 0..<min(old.count, new.count)
        where isOpen(old, index) && isOpen(new, index) { join(old, index, new, index) }
    }

    private static func join(_ old: RunItems, _ left: Int, _ new: RunItems, _ right: Int) {
        old.table[left].partner = UInt64(right) + 1
        new.table[right].partner = UInt64(left) + 1
    }

    private static func isOpen(_ items: RunItems, _ index: Int) -> Bool {
        items.contains(index) && items.table[index].partner == 0
    }

    private static func pairMoved(_ old: RunItems, _ new: RunItems) throws(RunError) {
        let (left, right) = (try open(old), try open(new))
        var (first, second) = (0, 0)
        while first < left.count, second < right.count {
            let (one, other) = (left[first], right[second])
            if one.hash == other.hash {
                join(old, Int(one.index), new, Int(other.index))
                first += 1
                second += 1
            } else if one.hash < other.hash {
                first += 1
            } else {
                second += 1
            }
        }
    }

    /// The items without a partner, by content.
    private static func open(_ items: RunItems) throws(RunError) -> MappedArray<Place> {
        let places: MappedArray<Place> = try RunItems.scratch()
        for index in 0..<items.count where isOpen(items, index) {
            guard items.table[index].contentHash != 0 else { continue }
            try places.append(
                Place(hash: items.table[index].contentHash, index: UInt64(index)))
        }
        sort(places.elements)
        return places
    }

    /// A heap sort: the library's sort takes memory for half of the rows.
    private static func sort(_ rows: UnsafeMutableBufferPointer<Place>) {
        func sink(_ start: Int, _ end: Int) {
            var parent = start
            while 2 * parent + 1 < end {
                var child = 2 * parent + 1
                if child + 1 < end, rows[child] < rows[child + 1] { child += 1 }
                guard rows[parent] < rows[child] else { return }
                rows.swapAt(parent, child)
                parent = child
            }
        }
        for start in stride(from: rows.count / 2 - 1, through: 0, by: -1) {
            sink(start, rows.count)
        }
        for end in stride(from: rows.count - 1, to: 0, by: -1) {
            rows.swapAt(0, end)
            sink(0, end)
        }
    }
}
