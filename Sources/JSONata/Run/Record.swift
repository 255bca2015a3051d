import JSON

/// The member names of records, shared by all that one constructor makes.
final class Shape: Sendable {
    let keys: [Key]

    init(_ keys: [Key]) { self.keys = keys }
}

/// An object made by the evaluator, whose values may be functions. Only a transformation changes
/// one after it was made, and only its own copy.
final class Record {
    private(set) var shape: Shape
    private(set) var values: [Item]
    private(set) var depth: UInt16

    init(_ shape: Shape, _ values: [Item]) {
        self.shape = shape
        self.values = values
        depth = Item.depth(of: values)
    }

    subscript(key: Key) -> Item {
        place(of: key).map { values[$0] } ?? .undefined
    }

    func place(of key: Key) -> Int? {
        for index in shape.keys.indices where shape.keys[index] == key { return index }
        return nil
    }

    func set(_ key: Key, _ value: Item) {
        depth = max(depth, value.depth &+ 1)
        if let place = place(of: key) {
            values[place] = value
        } else {
            shape = Shape(shape.keys + [key])
            values.append(value)
        }
    }

    /// Finds out again how deep values nest, after some have been changed.
    func refreshDepth() {
        for place in values.indices { values[place] = values[place].withFreshDepth() }
        depth = Item.depth(of: values)
    }

    func remove(_ key: Key) {
        guard let place = place(of: key) else { return }
        var keys = shape.keys
        keys.remove(at: place)
        shape = Shape(keys)
        values.remove(at: place)
    }
}

extension Item {
    fileprivate func withFreshDepth() -> Item {
        switch self {
        case .record(let record):
            record.refreshDepth()
            return self
        case .list(let items, let info):
            let fresh = items.map { $0.withFreshDepth() }
            return .list(fresh, ListInfo(flags: info.flags, depth: Item.depth(of: fresh)))
        default: return self
        }
    }

    /// The copy that a transformation has changed, which may nest deeper now.
    var afterChange: Item { withFreshDepth() }
}

/// Collects the members of a new record; a name that comes again replaces the value.
struct RecordBuilder {
    private(set) var keys: [Key] = []
    private var values: [Item] = []
    private var places: [Key: Int] = [:]

    var isEmpty: Bool { keys.isEmpty }

    mutating func set(_ key: Key, _ value: Item) {
        if let place = place(of: key) {
            values[place] = value
            return
        }
        if keys.count >= 16 { index(key) }
        keys.append(key)
        values.append(value)
    }

    private func place(of key: Key) -> Int? {
        keys.count <= 16 ? keys.firstIndex(of: key) : places[key]
    }

    /// A search from the front is faster while there are few names.
    private mutating func index(_ key: Key) {
        if keys.count == 16 { for (place, known) in keys.enumerated() { places[known] = place } }
        places[key] = keys.count
    }

    var item: Item { .record(Record(Shape(keys), values)) }
}
