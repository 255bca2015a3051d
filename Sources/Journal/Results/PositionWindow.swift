/// Where in the journal the outcomes lie that wait for an item before them: a ring of positions,
/// by item, that starts at the item whose turn it is and grows up to a limit.
struct PositionWindow {
    private let limit: Int
    private var ring: [UInt64]
    /// The item whose turn it is.
    private(set) var base = 0
    /// How many outcomes wait.
    private(set) var count = 0
    /// The last item that waits, or one before it has been there.
    private var highest = -1

    /// A window over at most `limit` items.
    init(limit: Int) {
        self.limit = max(limit, 1)
        ring = [UInt64](repeating: 0, count: min(1024, self.limit.roundedUpToPowerOfTwo))
    }

    /// The first item beyond what the window may hold.
    var end: Int { base + limit }

    /// Forgets everything and starts at `item`.
    mutating func reset(to item: Int) {
        for index in ring.indices { ring[index] = 0 }
        base = item
        count = 0
        highest = -1
    }

    /// Remembers where the item's outcome lies, unless it is known already; false if the item is
    /// too far ahead.
    mutating func put(_ item: Int, _ position: JournalPosition) -> Bool {
        guard item < end else { return false }
        while item - base >= ring.count { grow() }
        let slot = item & (ring.count - 1)
        guard ring[slot] == 0 else { return true }
        ring[slot] = position.raw
        count += 1
        highest = max(highest, item)
        return true
    }

    /// Where the outcome of the item whose turn it is lies.
    var first: JournalPosition? {
        let raw = ring[base & (ring.count - 1)]
        return raw == 0 ? nil : JournalPosition(raw: raw)
    }

    /// Makes it the turn of the next item.
    mutating func advance() {
        let slot = base & (ring.count - 1)
        if ring[slot] != 0 { count -= 1 }
        ring[slot] = 0
        base += 1
    }

    /// Makes it the turn of the first item that waits; false if none does.
    mutating func skipGap() -> Bool {
        guard count > 0 else { return false }
        while first == nil { advance() }
        return true
    }

    /// The first place in the journal where an outcome lies that waits.
    var oldest: JournalPosition? {
        guard count > 0 else { return nil }
        var oldest = UInt64.max
        for item in base...highest {
            let raw = ring[item & (ring.count - 1)]
            if raw != 0, raw < oldest { oldest = raw }
        }
        return JournalPosition(raw: oldest)
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: ring.count * 2)
        for item in base..<base + ring.count {
            larger[item & (larger.count - 1)] = ring[item & (ring.count - 1)]
        }
        ring = larger
    }
}

extension Int {
    fileprivate var roundedUpToPowerOfTwo: Int {
        1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
