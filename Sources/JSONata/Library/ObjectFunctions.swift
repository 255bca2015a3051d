import JSON

extension Library {
    static let objectFunctions: [LibraryFunction] = [
        LibraryFunction("keys", "<x-:a<s>>", arity: 1) { arguments, machine in
            var keys = RecordBuilder()
            try collectKeys(arguments[0], &keys, &machine)
            return .list(keys.keys.map { .text($0.text) }, .sequence)
        },
        LibraryFunction("lookup", "<x-s:x>", arity: 2) { arguments, _ in
            guard let name = arguments.text(1) else { return .undefined }
            return arguments[0].member(name.withUTF8 { Key(utf8: $0) })
        },
        LibraryFunction("spread", "<x-:a<o>>", arity: 1) { arguments, machine in
            let value = arguments[0]
            guard value.isArray || value.isObject else { return value }
            var items: [Item] = []
            spread(value, &items)
            try machine.charge(elements: items.count * 3)
            // Of an array the members have been appended to one another: a plain array.
            let flags: ListInfo.Flags = value.isArray && value.elementCount > 0 ? [] : .sequence
            return .list(items, ListInfo(flags: flags, depth: Item.depth(of: items)))
        },
        LibraryFunction("merge", "<a<o>:o>", arity: 1) { arguments, machine in
            if arguments[0].isUndefined { return .undefined }
            var merged = RecordBuilder()
            for element in Elements(arguments[0]) {
                for member in element.members {
                    try machine.charge(elements: 2)
                    merged.set(member.key, member.value)
                }
            }
            return merged.item
        },
        LibraryFunction("type", "<x:s>", arity: 1) { arguments, _ in
            switch arguments[0].type {
            case .null: .string("null")
            case .boolean: .string("boolean")
            case .number: .string("number")
            case .string: .string("string")
            case .array: .string("array")
            case .object: .string("object")
            case .function: .string("function")
            default: .undefined
            }
        },
        LibraryFunction("clone", "<(oa)-:o>", arity: 1) { arguments, machine in
            try arguments[0].isUndefined ? .undefined : arguments[0].deepCopy(&machine)
        },
    ]

    private static func collectKeys(
        _ item: Item, _ keys: inout RecordBuilder, _ machine: inout Machine
    ) throws {
        if item.isArray {
            return try NativeStack.run {
                try item.forEachElement { try collectKeys($0, &keys, &machine) }
            }
        }
        for member in item.members {
            try machine.step()
            keys.set(member.key, .undefined)
        }
    }

    private static func spread(_ item: Item, _ items: inout [Item]) {
        if item.isArray {
            NativeStack.run { item.forEachElement { spread($0, &items) } }
        } else if item.isObject {
            for member in item.members {
                items.append(.record(Record(Shape([member.key]), [member.value])))
            }
        } else {
            items.append(item)
        }
    }
}
