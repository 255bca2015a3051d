import JSON

/// What an expression works on: JSON values, functions, and *undefined*, the absence of a value.
///
/// Values from the data stay spans of their document; what the evaluator builds are lists and
/// records.
enum Item {
    case undefined
    /// A variable's slot that nothing has been assigned to; never the value of an expression.
    case unassigned
    case null
    case bool(Bool)
    case number(Double)
    /// An integer that a double cannot hold: kept as written until someone calculates.
    case wide(Number)
    case text(Text)
    /// An array of the data.
    case array(ArrayValue)
    /// An object of the data.
    case object(ObjectValue)
    /// An array made here.
    case list([Item], ListInfo)
    /// An object made here.
    case record(Record)
    case function(Function)
}

/// What else is known about an array made by the evaluator.
struct ListInfo {
    struct Flags: OptionSet {
        let rawValue: UInt8
        /// Results of a path or the like: one member stands for itself, none is undefined.
        static let sequence = Flags(rawValue: 1)
        /// A sequence that stays an array with one member.
        static let keepsSingleton = Flags(rawValue: 2)
        /// Made by a constructor as a step: does not get spread into the path's result.
        static let constructed = Flags(rawValue: 4)
        /// The wrapper of an input document that is an array.
        static let wrapper = Flags(rawValue: 8)
    }

    var flags: Flags
    /// How deep lists and records nest in it; bounds every recursion over values.
    var depth: UInt16

    static let plain = ListInfo(flags: [], depth: 1)
    static let sequence = ListInfo(flags: .sequence, depth: 1)
}

extension Item {
    var isUndefined: Bool {
        if case .undefined = self { return true }
        return false
    }

    var isArray: Bool {
        switch self {
        case .array, .list: true
        default: false
        }
    }

    var isSequence: Bool {
        if case .list(_, let info) = self { return info.flags.contains(.sequence) }
        return false
    }

    var isFunction: Bool {
        if case .function = self { return true }
        return false
    }

    /// The number, if it is one.
    var double: Double? {
        switch self {
        case .number(let number): number
        case .wide(let number): number.double
        default: nil
        }
    }

    var type: TypeSet {
        switch self {
        case .undefined, .unassigned: .undefined
        case .null: .null
        case .bool: .boolean
        case .number, .wide: .number
        case .text: .string
        case .array, .list: .array
        case .object, .record: .object
        case .function: .function
        }
    }

    /// Set in the depth of whatever holds a function that captures variables.
    static let captureMark: UInt16 = 0x4000

    /// Whether there may be a function in it that captures variables.
    var mayCapture: Bool { depth >= Self.captureMark }

    /// How deep lists, records and functions made here nest.
    var depth: UInt16 {
        switch self {
        case .list(_, let info): info.depth
        case .record(let record): record.depth
        case .function(let function): function.depth
        default: 0
        }
    }

    @inline(__always)
    static func string(_ string: String) -> Item { .text(Text(string)) }

    /// A plain array of these.
    static func plain(_ items: [Item]) -> Item {
        .list(items, ListInfo(flags: [], depth: Item.depth(of: items)))
    }

    /// What a sequence of these is as the value of an expression.
    static func collapsed(_ items: [Item]) -> Item {
        switch items.count {
        case 0: .undefined
        case 1: items[0]
        default: .list(items, ListInfo(flags: .sequence, depth: Item.depth(of: items)))
        }
    }

    /// One more than the deepest of these.
    static func depth(of items: [Item]) -> UInt16 {
        var deepest: UInt16 = 0
        for item in items {
            deepest = max(deepest, item.depth)
        }
        return deepest &+ 1
    }

    /// The value as that of an expression: a sequence of one member is the member.
    var collapsed: Item {
        guard case .list(let items, let info) = self, info.flags.contains(.sequence) else {
            return self
        }
        switch items.count {
        case 0: return .undefined
        case 1: return info.flags.contains(.keepsSingleton) ? self : items[0]
        default: return self
        }
    }
}
