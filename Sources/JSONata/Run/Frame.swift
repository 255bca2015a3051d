/// The variables of one call of a function, or of a block that functions capture: one allocation.
final class Frame: ManagedBuffer<Frame.Header, Item> {
    struct Header {
        let parent: Frame?
        let count: Int
        /// How deep the values of the variables nest; bounds what functions that capture them add.
        var depth: UInt16
        /// Whether the machine will clear the frame.
        var isNoted = false
    }

    /// The frame of expressions without variables of their own; never changed, and never counted:
    /// all threads use it.
    nonisolated(unsafe) static let empty = Unmanaged.passRetained(make(count: 0, parent: nil))

    static func make(count: Int, parent: Frame?) -> Frame {
        let depth = parent?.depth ?? 0
        let buffer = Frame.create(minimumCapacity: count) { _ in
            Header(parent: parent, count: count, depth: depth)
        }
        buffer.withUnsafeMutablePointerToElements {
            $0.initialize(repeating: .unassigned, count: count)
        }
        return unsafeDowncast(buffer, to: Frame.self)
    }

    deinit {
        withUnsafeMutablePointers { header, slots in
            _ = slots.deinitialize(count: header.pointee.count)
        }
    }

    var parent: Frame? { header.parent }
    var depth: UInt16 { header.depth }

    var isNoted: Bool {
        get { withUnsafeMutablePointerToHeader { $0.pointee.isNoted } }
        set { withUnsafeMutablePointerToHeader { $0.pointee.isNoted = newValue } }
    }

    @inline(__always)
    subscript(slot: Int) -> Item { withUnsafeMutablePointerToElements { $0[slot] } }

    @inline(__always)
    func assign(_ item: Item, to slot: Int) {
        let depth = item.depth
        withUnsafeMutablePointers { header, slots in
            slots[slot] = item
            if depth > header.pointee.depth { header.pointee.depth = depth }
        }
    }

    /// Forgets what was assigned to these variables.
    func clear(_ range: Range<Int>) {
        withUnsafeMutablePointerToElements { slots in
            for slot in range { slots[slot] = .unassigned }
        }
    }

    /// Forgets everything: the frame may serve the next call.
    func clear() { clear(0..<header.count) }
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
