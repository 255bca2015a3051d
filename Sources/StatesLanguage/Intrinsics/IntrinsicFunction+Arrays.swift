import JSON

extension IntrinsicFunction {
    /// The most elements that `States.ArrayRange` makes.
    private static let longestRange = 1000

    static func item(of array: ArrayValue, at place: Value) throws(IntrinsicFault) -> Value {
        let index = try integer(place, "second")
        guard index >= 0, index < array.count else {
            throw IntrinsicFault("index \(index) is outside the array of \(array.count) elements")
        }
        return array[index]
    }

    static func partition(
        _ array: ArrayValue, size: Value
    ) throws(IntrinsicFault) -> [Value] {
        let size = try integer(size, "second")
        guard size > 0 else { throw IntrinsicFault("the chunk size must be above 0, not \(size)") }
        var chunks: [Value] = []
        var chunk: [Value] = []
        for element in array {
            chunk.append(element)
            if chunk.count == size {
                chunks.append(.array(chunk))
                chunk = []
            }
        }
        if !chunk.isEmpty { chunks.append(.array(chunk)) }
        return chunks
    }

    static func range(
        from first: Value, to last: Value, step: Value
    ) throws(IntrinsicFault) -> [Value] {
        let first = try integer(first, "first")
        let last = try integer(last, "second")
        let step = try integer(step, "third")
        guard step != 0 else { throw IntrinsicFault("the step must not be 0") }
        var made: [Value] = []
        var next = first
        while step > 0 ? next <= last : next >= last {
            guard made.count < longestRange else {
                throw IntrinsicFault("the range has more than \(longestRange) elements")
            }
            made.append(.int(next))
            let (sum, overflow) = next.addingReportingOverflow(step)
            guard !overflow else { break }
            next = sum
        }
        return made
    }

    /// The elements without those that equal an earlier one.
    static func unique(_ array: ArrayValue) -> [Value] {
        var kept: [Value] = []
        var places: [Int: [Int]] = [:]
        for element in array {
            var hasher = Hasher()
            element.hashContents(into: &hasher)
            let hash = hasher.finalize()
            if places[hash, default: []].contains(where: { kept[$0] == element }) { continue }
            places[hash, default: []].append(kept.count)
            kept.append(element)
        }
        return kept
    }

    /// The members of both objects; of those in both the second's value. In the order in which
    /// AWS prints them.
    static func merge(
        _ first: Value, _ second: Value, deep: Value
    ) throws(IntrinsicFault) -> Value {
        guard case .object(let left) = first else {
            throw IntrinsicFault("the first argument must be an object, not \(describe(first))")
        }
        guard case .object(let right) = second else {
            throw IntrinsicFault("the second argument must be an object, not \(describe(second))")
        }
        guard case .bool(false) = deep else {
            throw IntrinsicFault("the third argument must be false, deep merging is not supported")
        }
        var merged = left.members
        for member in right { merged.set(member.key, member.value) }
        return .object(HashMapOrder.places(of: merged.map(\.key.string)).map { merged[$0] })
    }
}

extension Value {
    /// Equal values hash alike: numbers by value, objects whatever the order of their members.
    fileprivate func hashContents(into hasher: inout Hasher) {
        hasher.combine(kind)
        switch self {
        case .null: break
        case .bool(let bool): hasher.combine(bool)
        case .number(let number): hasher.combine(number)
        case .string(let text): hasher.combine(text)
        case .array(let array): for element in array { element.hashContents(into: &hasher) }
        case .object(let object):
            var sum = 0
            for member in object {
                var own = Hasher()
                own.combine(member.key)
                member.value.hashContents(into: &own)
                sum &+= own.finalize()
            }
            hasher.combine(sum)
        }
    }
}
