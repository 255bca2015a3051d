/// A JSON value. Objects keep the order of their members, numbers the text they were written with.
///
/// Arrays, objects, texts and numbers that were parsed stay spans of the document they came from
/// until something asks for their parts, and are written back by copying bytes.
public enum Value: Sendable {
    case null
    case bool(Bool)
    case number(Number)
    case string(Text)
    case array(ArrayValue)
    case object(ObjectValue)

    /// What sort of value it is, by the name that JSON Schema and JSONata give it.
    public enum Kind: String, Sendable {
        case null, boolean, number, string, array, object
    }

    /// The kind of this value.
    public var kind: Kind {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The member with this name, if the value is an object that has one.
    @inlinable
    public subscript(key: Key) -> Value? {
        guard case .object(let object) = self else { return nil }
        return object[key]
    }

    /// The element at `index`, if the value is an array that has one.
    @inlinable
    public subscript(index: Int) -> Value? {
        guard case .array(let array) = self, index >= 0, index < array.count else { return nil }
        return array[index]
    }

    /// The text, if the value is a string.
    public var text: Text? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The string, if the value is one.
    public var string: String? { text?.string }

    /// The number, if the value is one.
    public var number: Number? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    /// The truth value, if the value is one.
    public var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    /// The array, if the value is one.
    public var array: ArrayValue? {
        guard case .array(let array) = self else { return nil }
        return array
    }

    /// The object, if the value is one.
    public var object: ObjectValue? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// Whether the value is null.
    public var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    /// A string value.
    @inlinable
    public static func string(_ string: String) -> Value { .string(Text(string)) }
    /// An integer value.
    @inlinable
    public static func int(_ int: Int) -> Value { .number(Number(int)) }
    /// A floating-point value; infinite values and NaN must not get here.
    @inlinable
    public static func double(_ double: Double) -> Value { .number(Number(double)) }
    /// An array value.
    @inlinable
    public static func array(_ elements: [Value]) -> Value { .array(ArrayValue(elements)) }
    /// An object value of members in order; names must be different.
    @inlinable
    public static func object(_ members: [Member]) -> Value { .object(ObjectValue(members)) }
}

/// One member of an object.
public struct Member: Sendable {
    /// The name.
    public var key: Key
    /// The value.
    public var value: Value

    /// A member of this name and value.
    @inlinable
    public init(_ key: Key, _ value: Value) {
        self.key = key
        self.value = value
    }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: Value...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (Key, Value)...) {
        var object = ObjectValue()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}

extension Value: Equatable {
    /// Equality of JSON values: numbers by value, texts by code points, objects without order.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let l), .bool(let r)): l == r
        case (.number(let l), .number(let r)): l == r
        case (.string(let l), .string(let r)): l == r
        case (.array(let l), .array(let r)):
            l.count == r.count && zip(l, r).allSatisfy { $0 == $1 }
        case (.object(let l), .object(let r)):
            l.count == r.count && l.allSatisfy { member in r[member.key] == member.value }
        default: false
        }
    }
}

extension Value: CustomStringConvertible {
    public var description: String { serialized }
}
