import JSON

extension Item {
    /// The item that a JSON value is.
    @inline(__always)
    init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .number(let number): self.init(number)
        case .string(let text): self = .text(text)
        case .array(let array): self = .array(array)
        case .object(let object): self = .object(object)
        }
    }

    /// The item that a value in a document is.
    @inline(__always)
    init(_ span: ValueSpan) {
        if let number = span.exactDouble {
            self = .number(number)
        } else {
            self.init(span.value)
        }
    }

    @inline(__always)
    init(_ value: Value?) {
        if let value { self.init(value) } else { self = .undefined }
    }

    @inline(__always)
    init(_ number: Number) {
        if let int = number.storedInt {
            let double = Double(int)
            self = int.magnitude <= 1 << 53 ? .number(double) : .wide(number)
        } else {
            let double = number.double
            let isWide = double.magnitude > 0x1p53 && number.isIntegerLiteral
            self = isWide ? .wide(number) : .number(double)
        }
    }

    /// The JSON value of a result; nil for undefined. A function inside becomes an empty string.
    func value() -> Value? {
        switch self {
        case .undefined, .unassigned: nil
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .number(let number): Item.json(number)
        case .wide(let number): .number(number)
        case .text(let text): .string(text)
        case .array(let array): .array(array)
        case .object(let object): .object(object)
        case .list(let items, _): .array(items.map { $0.value() ?? .null })
        case .record(let record): .object(record.value())
        case .function: .string("")
        }
    }

    /// What JSON has no number for is null, as in the reference engine's output: AWS does not fail
    /// with it either.
    private static func json(_ number: Double) -> Value {
        if let int = Int(exactly: number), int.magnitude <= 1 << 53 { return .number(Number(int)) }
        return number.isFinite ? .number(Number(number)) : .null
    }

    /// The value to show in an error's message.
    var shown: Value? { value() }
}

extension Record {
    /// A member whose value is undefined is left out.
    func value() -> ObjectValue {
        var members: [Member] = []
        members.reserveCapacity(values.count)
        for index in values.indices {
            guard let value = values[index].value() else { continue }
            members.append(Member(shape.keys[index], value))
        }
        return ObjectValue(members)
    }
}
