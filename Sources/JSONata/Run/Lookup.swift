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
        var results = Gathering()
        for element in Elements(self) { results.add(element.member(key)) }
        return .collapsed(results.items)
    }
}

/// Collects the results of a step: arrays are spread one level, undefined is left out.
struct Gathering {
    var items: [Item] = []

    @inline(__always)
    mutating func add(_ result: Item) {
        switch result {
        case .undefined: break
        case .list(let more, let info):
            if info.flags.contains(.constructed) {
                items.append(result)
            } else {
                items.append(contentsOf: more)
            }
        case .array(let array):
            items.reserveCapacity(items.count + array.count)
            for value in array { items.append(Item(value)) }
        default: items.append(result)
        }
    }
}

/// Collects the results of a path's last step: an array of the data that is the only result
/// stays as it is.
struct LastGathering {
    private var rest = Gathering()
    private var only: Item?
    private var isEmpty = true

    @inline(__always)
    mutating func add(_ result: Item) {
        if case .undefined = result { return }
        if isEmpty {
            isEmpty = false
            if result.isArray && !result.isSequence {
                only = result
                return
            }
        } else if let first = only {
            only = nil
            rest.add(first)
        }
        rest.add(result)
    }

    /// A plain array, or a sequence that has not collapsed.
    var result: Item {
        if let only { return only }
        return .list(
            rest.items, ListInfo(flags: .sequence, depth: Item.depth(of: rest.items)))
    }
}
