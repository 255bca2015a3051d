import JSON

extension Item {
    /// The member of this name; of an array, the members of its elements, spread one level.
    @inline(__always)
    func member(_ key: Key) -> Item {
        switch self {
        case .object(let object): Item(object[key])
        case .record(let record): record[key]
        case .array, .list: memberOfElements(key)
        default: .undefined
        }
    }

    private func memberOfElements(_ key: Key) -> Item {
        var results = Gathering(capacity: elementCount)
        gather(key, into: &results)
        return .collapsed(results.items)
    }

    private func gather(_ key: Key, into results: inout Gathering) {
        forEachElement { element in
            switch element {
            case .object(let object): results.add(Item(object[key]))
            case .record(let record): results.add(record[key])
            case .array, .list: NativeStack.run { element.gather(key, into: &results) }
            default: break
            }
        }
    }
}

/// Collects the results of a step: arrays are spread one level, undefined is left out.
struct Gathering {
    var items: [Item] = []

    init(capacity: Int = 0) { items.reserveCapacity(capacity) }

    @inline(__always)
    mutating func add(_ result: Item) {
        switch result {
        case .undefined: break
        case .list, .array: spread(result)
        default: items.append(result)
        }
    }

    private mutating func spread(_ result: Item) {
        switch result {
        case .list(let more, let info):
            if info.flags.contains(.constructed) {
                items.append(result)
            } else {
                items.append(contentsOf: more)
            }
        case .array(let array):
            items.reserveCapacity(items.count + array.count)
            Item.forEachElement(of: array) { items.append($0) }
        default: break
        }
    }
}

/// Collects the results of a path's last step: an array of the data that is the only result
/// stays as it is.
struct LastGathering {
    private var rest: Gathering
    /// The first result, as long as it is a plain array and the only one.
    private var only = Item.undefined
    private var isEmpty = true

    init(capacity: Int) { rest = Gathering(capacity: capacity) }

    @inline(__always)
    mutating func add(_ result: Item) {
        switch result {
        case .undefined: break
        case .array, .list: addArray(result)
        default:
            if isEmpty { isEmpty = false } else { spreadOnly() }
            rest.items.append(result)
        }
    }

    @inline(__always)
    private mutating func spreadOnly() {
        if case .undefined = only { return }
        rest.add(only)
        only = .undefined
    }

    private mutating func addArray(_ result: Item) {
        if isEmpty {
            isEmpty = false
            if !result.isSequence {
                only = result
                return
            }
        } else {
            spreadOnly()
        }
        rest.add(result)
    }

    /// A plain array, or a sequence that has not collapsed.
    var result: Item {
        if only.isArray { return only }
        return .list(
            rest.items, ListInfo(flags: .sequence, depth: Item.depth(of: rest.items)))
    }
}
