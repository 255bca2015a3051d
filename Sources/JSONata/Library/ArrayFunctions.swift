import JSON

extension Library {
    static let arrayFunctions: [LibraryFunction] = [
        LibraryFunction("append", "<xx:a>", arity: 2) { arguments, machine in
            let (left, right) = (arguments[0], arguments[1])
            if left.isUndefined { return right }
            if right.isUndefined { return left }
            try machine.charge(elements: left.elementCount + right.elementCount)
            return try machine.nested(.plain(left.elements + right.elements))
        },
        LibraryFunction("sort", "<af?:a>", arity: 2) { arguments, machine in
            try sort(arguments, &machine)
        },
        LibraryFunction("reverse", "<a:a>", arity: 1) { arguments, machine in
            let array = arguments[0].arrayed
            guard array.elementCount > 1 else { return array }
            try machine.charge(elements: array.elementCount)
            return .plain(array.elements.reversed())
        },
        LibraryFunction("shuffle", "<a:a>", arity: 1) { arguments, machine in
            let array = arguments[0].arrayed
            guard array.elementCount > 1 else { return array }
            try machine.charge(elements: array.elementCount)
            var items = array.elements
            for index in items.indices.dropFirst() {
                let random = machine.environment.random() % UInt64(index + 1)
                items.swapAt(index, Int(random))
            }
            return .plain(items)
        },
        LibraryFunction("distinct", "<x:x>", arity: 1) { arguments, machine in
            let array = arguments[0]
            guard array.isArray, array.elementCount > 1 else { return array }
            let items = try distinct(array, &machine)
            let flags: ListInfo.Flags = array.isSequence ? .sequence : []
            return .list(items, ListInfo(flags: flags, depth: Item.depth(of: items)))
        },
        LibraryFunction("zip", "<a+>", arity: 0) { arguments, machine in
            let arrays = arguments.items.map { $0.isUndefined ? Item.plain([]) : $0 }
            let count = arrays.map(\.elementCount).min() ?? 0
            try machine.charge(elements: count * arrays.count)
            let columns = arrays.map(\.elements)
            return try machine.nested(
                .plain((0..<count).map { row in .plain(columns.map { $0[row] }) }))
        },
    ]

    private static func sort(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        let array = arguments[0].arrayed
        guard array.elementCount > 1 else { return array }
        let items = array.elements
        try machine.charge(elements: items.count * 2)
        if let comparator = arguments.function(1) {
            let order = try MergeSort.order(count: items.count) { left, right in
                var pair = Arguments(items[left], items[right])
                pair.context = arguments.context
                return try comparator.call(pair, &machine).collapsed.isTruthy
            }
            return .plain(order.map { items[$0] })
        }
        try machine.step(items.count * 8)
        let numbers = items.compactMap(\.double)
        if numbers.count == items.count { return sorted(items, by: numbers) }
        let texts = items.compactMap { if case .text(let text) = $0 { text } else { nil } }
        guard texts.count == items.count else { throw JSONataError("D3070", value: array.shown) }
        return .plain(
            MergeSort.order(count: items.count) { texts[$1] < texts[$0] }.map { items[$0] })
    }

    /// Sorts by insertion while that is fast; equals keep their order.
    private static func sorted(_ items: [Item], by numbers: [Double]) -> Item {
        guard items.count <= 24 else {
            return .plain(
                MergeSort.order(count: items.count) { numbers[$0] > numbers[$1] }.map { items[$0] })
        }
        var (items, numbers) = (items, numbers)
        for end in 1..<items.count {
            var place = end
            while place > 0, numbers[place - 1] > numbers[place] {
                numbers.swapAt(place - 1, place)
                items.swapAt(place - 1, place)
                place -= 1
            }
        }
        return .list(items, .plain)
    }

    /// Scalars are found by hash, arrays and objects by comparing with each one before.
    private static func distinct(_ array: Item, _ machine: inout Machine) throws -> [Item] {
        var kept: [Item] = []
        var texts = Set<Text>()
        var numbers = Set<Double>()
        var others: [Item] = []
        for element in Elements(array) {
            try machine.step()
            switch element {
            case .text(let text): if !texts.insert(text).inserted { continue }
            case .number(let number): if !numbers.insert(number).inserted { continue }
            default:
                try machine.step(others.count)
                if others.contains(where: { $0.equals(element) }) { continue }
                others.append(element)
            }
            kept.append(element)
        }
        return kept
    }
}

extension Item {
    /// The value as a parameter that wants an array takes it.
    var arrayed: Item { isUndefined || isArray ? self : .plain([self]) }

    /// The truth that JavaScript sees in it: every array and object counts as true.
    var isTruthy: Bool {
        isArray || isObject || isFunction ? true : isTrue
    }
}
