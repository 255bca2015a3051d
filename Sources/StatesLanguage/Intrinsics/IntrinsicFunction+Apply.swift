import JSON

extension IntrinsicFunction {
    /// The result of a function of one argument.
    func apply(_ only: Value) throws(IntrinsicFault) -> Value {
        switch self {
        case .arrayLength: return .int(try Self.array(only).count)
        case .arrayUnique: return .array(Self.unique(try Self.array(only)))
        case .base64Encode: return .string(try Self.base64Encode(try Self.text(only)))
        case .base64Decode: return .string(try Self.base64Decode(try Self.text(only)))
        case .jsonToString: return .string(only.serialized)
        case .stringToJson: return try Self.parse(try Self.text(only))
        default: throw Self.wrongCount
        }
    }

    /// The result of a function of two arguments.
    func apply(
        _ first: Value, _ second: Value, random: inout RandomSource
    ) throws(IntrinsicFault) -> Value {
        switch self {
        case .mathAdd: return .int(try Self.add(first, second))
        case .arrayGetItem: return try Self.item(of: try Self.array(first), at: second)
        case .stringSplit:
            return .array(Self.split(try Self.text(first), at: try Self.text(second, "second")))
        case .arrayContains: return .bool(try Self.array(first).contains { $0 == second })
        case .arrayPartition:
            return .array(try Self.partition(try Self.array(first), size: second))
        case .hash: return .string(try Self.hash(first, try Self.text(second, "second")))
        case .mathRandom:
            return .int(try Self.random(first, second, seed: nil, source: &random))
        default: throw Self.wrongCount
        }
    }

    /// The result of any function for these arguments.
    func apply(_ values: [Value], random: inout RandomSource) throws(IntrinsicFault) -> Value {
        switch (self, values.count) {
        case (.array, _): return .array(values)
        case (.format, 1...):
            let template = try FormatTemplate(Self.text(values[0]))
            return .string(try template.fill(values.dropFirst()))
        case (.uuid, 0): return .string(random.uuid())
        case (.arrayRange, 3):
            return .array(try Self.range(from: values[0], to: values[1], step: values[2]))
        case (.jsonMerge, 3): return try Self.merge(values[0], values[1], deep: values[2])
        case (.mathRandom, 3):
            return .int(try Self.random(values[0], values[1], seed: values[2], source: &random))
        case (_, 1): return try apply(values[0])
        case (_, 2): return try apply(values[0], values[1], random: &random)
        default: throw Self.wrongCount
        }
    }
}

extension IntrinsicFunction {
    private static var wrongCount: IntrinsicFault { IntrinsicFault("wrong number of arguments") }

    /// The longest text that Base64 functions and hashes take.
    static let longestText = 10_000

    static func array(_ value: Value) throws(IntrinsicFault) -> ArrayValue {
        guard case .array(let array) = value else {
            throw IntrinsicFault("the first argument must be an array, not \(describe(value))")
        }
        return array
    }

    static func text(
        _ value: Value, _ place: StaticString = "first"
    ) throws(IntrinsicFault) -> Text {
        guard case .string(let text) = value else {
            throw IntrinsicFault("the \(place) argument must be a string, not \(describe(value))")
        }
        return text
    }

    /// A number rounded to the nearest integer, halves towards positive infinity.
    static func integer(
        _ value: Value, _ place: StaticString
    ) throws(IntrinsicFault) -> Int {
        guard case .number(let number) = value else {
            throw IntrinsicFault("the \(place) argument must be a number, not \(describe(value))")
        }
        if let int = number.int { return int }
        let double = number.double
        let floor = double.rounded(.down)
        // Adding a half first would round 0.49999999999999994 up.
        let rounded = double - floor >= 0.5 ? floor + 1 : floor
        guard let int = Int(exactly: rounded) else {
            throw IntrinsicFault("the \(place) argument is too large: \(number.text)")
        }
        return int
    }

    static func describe(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .array, .object: "an \(value.kind.rawValue)"
        default: "a \(value.kind.rawValue)"
        }
    }
}
