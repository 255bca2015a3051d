import JSON

/// The members of an array, whichever form it has; any other value as the only member.
struct Elements: Sequence, IteratorProtocol {
    private enum Source {
        case one(Item)
        case list([Item])
        case array(ArrayValue.Iterator)
    }

    private var source: Source
    private var position = 0
    let count: Int

    /// The members of an array, or the value itself, undefined included.
    init(_ item: Item) {
        switch item {
        case .list(let items, _):
            source = .list(items)
            count = items.count
        case .array(let array):
            source = .array(array.makeIterator())
            count = array.count
        default:
            source = .one(item)
            count = 1
        }
    }

    mutating func next() -> Item? {
        switch source {
        case .list(let items):
            guard position < items.count else { return nil }
            position += 1
            return items[position - 1]
        case .array(var iterator):
            source = .one(.undefined)
            let value = iterator.next()
            source = .array(iterator)
            return value.map { Item($0) }
        case .one(let item):
            guard position == 0 else { return nil }
            position = 1
            return item
        }
    }

    var underestimatedCount: Int { count }
}

extension Item {
    /// Visits the members of an array, or the value itself: the fast way, one loop for each form.
    @inline(__always)
    func forEachElement(_ body: (Item) throws -> Void) rethrows {
        switch self {
        case .list(let items, _): for item in items { try body(item) }
        case .array(let array): try Self.forEachElement(of: array, body)
        default: try body(self)
        }
    }

    /// Visits the elements of an array of the data: of a span without its iterator, which counts
    /// the document at every step.
    @inline(__always)
    static func forEachElement(
        of array: ArrayValue, _ body: (Item) throws -> Void
    ) rethrows {
        guard var span = ValueSpan(firstOf: array) else {
            for value in array { try body(Item(value)) }
            return
        }
        for _ in 0..<array.count {
            try body(Item(span))
            span = span.following
        }
    }

    /// The members of an array as an array; any other value as its only member.
    var elements: [Item] {
        switch self {
        case .list(let items, _): return items
        case .array(let array):
            var items: [Item] = []
            items.reserveCapacity(array.count)
            Self.forEachElement(of: array) { items.append($0) }
            return items
        case .undefined: return []
        default: return [self]
        }
    }

    /// How many members an array has.
    var elementCount: Int {
        switch self {
        case .list(let items, _): items.count
        case .array(let array): array.count
        case .undefined: 0
        default: 1
        }
    }

    /// The member of an array at this index; of any other value the value itself at index 0.
    func element(at index: Int) -> Item {
        guard index >= 0, index < elementCount else { return .undefined }
        switch self {
        case .list(let items, _): return items[index]
        case .array(let array): return Item(array[index])
        default: return self
        }
    }

    /// The members of an object in order.
    var members: [(key: Key, value: Item)] {
        switch self {
        case .object(let object): object.map { ($0.key, Item($0.value)) }
        case .record(let record): Array(zip(record.shape.keys, record.values))
        default: []
        }
    }

    var isObject: Bool {
        switch self {
        case .object, .record: true
        default: false
        }
    }
}
