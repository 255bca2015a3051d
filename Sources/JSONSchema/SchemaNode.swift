import JSON
import JSONata

/// One schema of a file, compiled.
final class SchemaNode: @unchecked Sendable {
    // Proof: the compiler fills it in before the whole is handed out; nothing changes afterwards.

    /// The types that `type` allows; nil for all.
    var types: Types?
    var rules: [Rule] = []
    /// Whether it is `false`, which nothing meets.
    var allowsNothing = false

    /// Types of JSON values.
    struct Types: OptionSet {
        let rawValue: UInt8

        static let null = Types(rawValue: 1)
        static let boolean = Types(rawValue: 2)
        static let integer = Types(rawValue: 4)
        static let number = Types(rawValue: 8)
        static let string = Types(rawValue: 16)
        static let array = Types(rawValue: 32)
        static let object = Types(rawValue: 64)

        static let names: [(name: String, type: Types)] = [
            ("null", .null), ("boolean", .boolean), ("integer", .integer), ("number", .number),
            ("string", .string), ("array", .array), ("object", .object),
        ]

        var text: String {
            Self.names.filter { contains($0.type) }.map(\.name).joined(separator: " or ")
        }

        func accepts(_ value: Value) -> Bool {
            switch value {
            case .null: contains(.null)
            case .bool: contains(.boolean)
            case .number(let number):
                contains(.number) || (contains(.integer) && number.isWhole)
            case .string: contains(.string)
            case .array: contains(.array)
            case .object: contains(.object)
            }
        }
    }

    /// One keyword, or those that work together.
    enum Rule {
        case reference(SchemaNode)
        case enumeration([Value])
        case constant(Value)
        case number(keyword: String, bound: Number)
        case length(keyword: String, bound: Int)
        case pattern(RegularExpression)
        case format(Format)
        case elements(first: [SchemaNode], rest: SchemaNode?, restKeyword: String)
        case elementCount(keyword: String, bound: Int)
        case uniqueElements
        case contains(SchemaNode, least: Int, most: Int?)
        case members(Members)
        case memberCount(keyword: String, bound: Int)
        case required([Key])
        case memberNames(SchemaNode)
        case dependentMembers([(name: Key, others: [Key])])
        case dependentSchemas([(name: Key, schema: SchemaNode)])
        case all([SchemaNode])
        case any([SchemaNode])
        case one([SchemaNode])
        case not(SchemaNode)
        case condition(SchemaNode, then: SchemaNode?, otherwise: SchemaNode?)
    }

    /// `properties`, `patternProperties` and `additionalProperties`.
    struct Members {
        var named: [Key: SchemaNode] = [:]
        var patterns: [(pattern: RegularExpression, schema: SchemaNode)] = []
        var others: SchemaNode?
    }
}

extension SchemaNode {
    /// The types that a value here has to have, also where `$ref` leads to another schema.
    var wantedTypes: Types? {
        if let types { return types }
        for rule in rules {
            if case .reference(let other) = rule { return other.wantedTypes }
        }
        return nil
    }

    /// What a text counts as here, in the natural reading: as itself where a text may stand, else
    /// as the number, `true`, `false` or null (an empty text) that it spells, if that may stand.
    func reading(of text: Text) -> Value {
        guard let wanted = wantedTypes, !wanted.contains(.string) else { return .string(text) }
        if text.isEmpty { return wanted.contains(.null) ? .null : .string(text) }
        guard let value = Self.literal(text), wanted.accepts(value) else { return .string(text) }
        return value
    }

    /// The number or truth value that a text spells in JSON.
    static func literal(_ text: Text) -> Value? {
        guard let value = try? text.withUTF8({ try Value.parse($0) }) else { return nil }
        switch value {
        case .number, .bool: return value
        case .null, .string, .array, .object: return nil
        }
    }

    /// The schemas of `properties`.
    var namedMembers: [Key: SchemaNode] {
        for rule in rules {
            if case .members(let members) = rule { return members.named }
        }
        return [:]
    }

    /// Whether an empty text stands for nothing here.
    var takesEmptyAsAbsent: Bool {
        guard let wanted = wantedTypes else { return false }
        return wanted.isDisjoint(with: [.string, .null])
    }
}

extension Number {
    /// Whether there is no fraction, however it is written.
    var isWhole: Bool {
        if int != nil { return true }
        let double = double
        return double.isFinite && double.rounded() == double
    }
}
