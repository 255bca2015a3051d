import JSON

extension PathEvaluation {
    /// `..`: tries the step at this value, then at everything below, in document order.
    mutating func walk(_ step: Int, _ value: Value, depth: Int) -> Bool {
        visits += 1
        guard depth < limits.depth, visits < limits.visits else {
            return fail(.tooLarge, step, value)
        }
        switch value {
        case .object(let object):
            guard let isMatch = matches(step, value), !isMatch || run(step, value) else {
                return false
            }
            for member in object {
                guard walk(step, member.value, depth: depth + 1) else {
                    return located(.name(member.key))
                }
            }
        case .array(let array):
            guard let isMatch = matches(step, value), !isMatch || runBelow(step, array) else {
                return false
            }
            var index = 0
            for element in array {
                guard walk(step, element, depth: depth + 1) else { return located(.index(index)) }
                index += 1
            }
        default: break
        }
        return true
    }

    /// At an array the library applies the step only if it is the last one; else it applies
    /// the step after it to every element, whichever indexes were asked for.
    private mutating func runBelow(_ step: Int, _ array: ArrayValue) -> Bool {
        guard step < steps.count - 1 else { return run(step, .array(array)) }
        var index = 0
        for element in array {
            guard run(step + 1, element) else { return located(.index(index)) }
            index += 1
        }
        return true
    }

    /// Whether `..` stops at this value to try the step, or nil once a filter has failed.
    private mutating func matches(_ step: Int, _ value: Value) -> Bool? {
        guard step < steps.count else { return false }
        switch steps[step] {
        case .name(let key): return value[key] != nil
        case .names(let keys): return keys.allSatisfy { value[$0] != nil }
        case .index, .indexes, .fromEnd, .slice: return value.array != nil
        case .wildcard: return true
        case .filter(let filter): return accepts(filter, step, value)
        case .descend: return false
        }
    }
}
