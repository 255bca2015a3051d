/// The variables of one call of a function, or of a block that functions capture.
final class Frame {
    let parent: Frame?
    private let slots: UnsafeMutablePointer<Item>
    private let count: Int
    /// How deep the values of the variables nest; bounds what functions that capture them add.
    private(set) var depth: UInt16

    init(count: Int, parent: Frame?) {
        self.parent = parent
        depth = parent?.depth ?? 0
        self.count = count
        slots = .allocate(capacity: count)
        slots.initialize(repeating: .unassigned, count: count)
    }

    deinit {
        slots.deinitialize(count: count)
        slots.deallocate()
    }

    @inline(__always)
    subscript(slot: Int) -> Item { slots[slot] }

    @inline(__always)
    func assign(_ item: Item, to slot: Int) {
        slots[slot] = item
        depth = max(depth, item.depth)
    }

    /// Forgets what was assigned to these variables.
    func clear(_ range: Range<Int>) {
        for slot in range { slots[slot] = .unassigned }
    }
}

/// The bindings that `@`, `#` and `%` have made on the way to an item, innermost first.
final class Binding {
    let label: Int
    let value: Item
    let next: Binding?

    init(_ label: Int, _ value: Item, next: Binding?) {
        self.label = label
        self.value = value
        self.next = next
    }
}
