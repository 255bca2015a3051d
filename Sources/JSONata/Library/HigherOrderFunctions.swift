import JSON

extension Library {
    static let higherOrderFunctions: [LibraryFunction] = [
        LibraryFunction("map", "<af>", arity: 2) { arguments, machine in
            if arguments[0].isUndefined { return .undefined }
            var results: [Item] = []
            results.reserveCapacity(arguments[0].elementCount)
            try forEach(arguments, &machine) { _, result in
                if !result.isUndefined { results.append(result) }
            }
            try machine.charge(elements: results.count)
            return .list(results, ListInfo(flags: .sequence, depth: Item.depth(of: results)))
        },
        LibraryFunction("filter", "<af>", arity: 2) { arguments, machine in
            if arguments[0].isUndefined { return .undefined }
            var results: [Item] = []
            results.reserveCapacity(arguments[0].elementCount)
            try forEach(arguments, &machine) { element, result in
                if result.isTrue { results.append(element) }
            }
            return .list(results, ListInfo(flags: .sequence, depth: Item.depth(of: results)))
        },
        LibraryFunction("single", "<af?>", arity: 2) { arguments, machine in
            try single(arguments, &machine)
        },
        LibraryFunction("reduce", "<afj?:j>", arity: 3) { arguments, machine in
            try reduce(arguments, &machine)
        },
        LibraryFunction("each", "<o-f:a>", arity: 2) { arguments, machine in
            guard let function = arguments.function(1) else { return .undefined }
            var results: [Item] = []
            for member in arguments[0].members {
                let key: Item = function.arity > 1 ? .text(member.key.text) : .undefined
                let result = try function.apply(member.value, key, arguments[0], &machine)
                if !result.isUndefined { results.append(result) }
            }
            return .list(results, ListInfo(flags: .sequence, depth: Item.depth(of: results)))
        },
        LibraryFunction("sift", "<o-f?:o>", arity: 2) { arguments, machine in
            guard let function = arguments.function(1) else { return .undefined }
            var kept = RecordBuilder()
            for member in arguments[0].members {
                let key: Item = function.arity > 1 ? .text(member.key.text) : .undefined
                let result = try function.apply(member.value, key, arguments[0], &machine)
                if result.isTrue { kept.set(member.key, member.value) }
            }
            return kept.isEmpty ? .undefined : kept.item
        },
    ]

    /// Calls the function for each member.
    @inline(__always)
    private static func forEach(
        _ arguments: Arguments, _ machine: inout Machine,
        _ body: (_ element: Item, _ result: Item) throws -> Void
    ) throws {
        guard let function = arguments.function(1) else { return }
        let array = arguments[0].arrayed
        var index = 0.0
        try array.forEachElement { element in
            try machine.step()
            try body(element, try function.apply(element, .number(index), array, &machine))
            index += 1
        }
    }

    private static func single(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        if arguments[0].isUndefined { return .undefined }
        var found: Item?
        func take(_ element: Item) throws {
            if found != nil { throw JSONataError("D3138", value: element.shown) }
            found = element
        }
        if arguments.function(1) == nil {
            for element in Elements(arguments[0]) { try take(element) }
        } else {
            try forEach(arguments, &machine) { element, result in
                if result.isTrue { try take(element) }
            }
        }
        guard let found else { throw JSONataError("D3139") }
        return found
    }

    private static func reduce(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        guard !arguments[0].isUndefined, let function = arguments.function(1) else {
            return .undefined
        }
        guard function.arity >= 2 else { throw JSONataError("D3050") }
        let array = arguments[0].arrayed
        var result = arguments[2]
        var index = 0.0
        try array.forEachElement { element in
            try machine.step()
            if index == 0, result.isUndefined {
                result = element
            } else if function.arity < 4 {
                result = try function.apply(result, element, .number(index), &machine)
            } else {
                let call = Arguments([result, element, .number(index), array])
                result = try function.call(call, &machine).collapsed
            }
            index += 1
        }
        return result
    }
}
