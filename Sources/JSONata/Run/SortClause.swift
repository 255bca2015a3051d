import JSON

/// `^(<a, >b)`.
struct SortClause {
    struct Term {
        var node: Node
        var isDescending: Bool
    }

    let terms: [Term]
    let offset: Int

    func sort(_ items: [Item], _ machine: inout Machine) throws -> [Item] {
        guard items.count > 1 else { return items }
        var keys: [Item] = []
        keys.reserveCapacity(items.count * terms.count)
        for item in items {
            for term in terms { keys.append(try term.node.evaluate(item, &machine)) }
        }
        return try order(keys, &machine).map { items[$0] }
    }

    func sort(_ rows: [Row], _ machine: inout Machine) throws -> [Row] {
        guard rows.count > 1 else { return rows }
        let outer = machine.bindings
        defer { machine.bindings = outer }
        var keys: [Item] = []
        for row in rows {
            machine.bindings = row.bindings
            for term in terms { keys.append(try term.node.evaluate(row.item, &machine)) }
        }
        return try order(keys, &machine).map { rows[$0] }
    }

    /// The order of items whose terms stand one after the other in `keys`.
    private func order(_ keys: [Item], _ machine: inout Machine) throws -> [Int] {
        let count = keys.count / terms.count
        try machine.step(count * 8)
        return try keys.withUnsafeBufferPointer { keys in
            try MergeSort.order(count: count) { left, right in
                for index in terms.indices {
                    let order = try compare(
                        keys[left * terms.count + index], keys[right * terms.count + index],
                        terms[index].isDescending)
                    if order != 0 { return order > 0 }
                }
                return false
            }
        }
    }

    /// Undefined goes last whichever the direction.
    private func compare(_ left: Item, _ right: Item, _ isDescending: Bool) throws -> Int {
        if left.isUndefined { return right.isUndefined ? 0 : 1 }
        if right.isUndefined { return -1 }
        let sign = isDescending ? -1 : 1
        switch (left, right) {
        case (.number(let l), .number(let r)): return l == r ? 0 : l < r ? -sign : sign
        case (.text(let l), .text(let r)): return l == r ? 0 : l < r ? -sign : sign
        default: break
        }
        guard let l = left.double, let r = right.double else {
            for side in [left, right] where side.type.isDisjoint(with: [.string, .number]) {
                throw JSONataError("T2008", at: offset, token: "^", value: side.shown)
            }
            throw JSONataError(
                "T2007", at: offset, token: "^", value: left.shown ?? .null,
                other: right.shown ?? .null)
        }
        return l == r ? 0 : l < r ? -sign : sign
    }
}

/// The merge sort that defines the order of equals: the left one first unless it must come after.
enum MergeSort {
    static func order(
        count: Int, isAfter: (Int, Int) throws -> Bool
    ) rethrows -> [Int] {
        var order = Array(0..<count)
        try order.withUnsafeMutableBufferPointer { order in
            try withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { merged in
                _ = merged.initialize(from: 0..<count)
                try sort(order, merged, 0, count, isAfter)
            }
        }
        return order
    }

    private static func sort(
        _ order: UnsafeMutableBufferPointer<Int>, _ merged: UnsafeMutableBufferPointer<Int>,
        _ start: Int, _ end: Int, _ isAfter: (Int, Int) throws -> Bool
    ) rethrows {
        guard end - start > 1 else { return }
        let middle = start + (end - start) / 2
        try sort(order, merged, start, middle, isAfter)
        try sort(order, merged, middle, end, isAfter)
        var (left, right) = (start, middle)
        for place in start..<end {
            let takesLeft =
                right >= end
                ? true : left >= middle ? false : try !isAfter(order[left], order[right])
            merged[place] = takesLeft ? order[left] : order[right]
            if takesLeft { left += 1 } else { right += 1 }
        }
        for place in start..<end { order[place] = merged[place] }
    }
}
