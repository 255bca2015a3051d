import JSON

extension PathEvaluation {
    mutating func runArray(_ step: Int, _ value: Value) -> Bool {
        guard case .array(let array) = value else {
            return fail(value.isNull ? .null : .invalid, step, value)
        }
        switch steps[step] {
        case .index(let index): return runIndex(index, step, array)
        case .fromEnd(let distance): return runIndex(array.count - distance, step, array)
        case .indexes(let indexes):
            let elements = array.elements
            for index in indexes {
                guard elements.indices.contains(index) else {
                    return runIndex(index, step, array)
                }
                guard run(step + 1, elements[index]) else { return located(.index(index)) }
            }
            return true
        case .slice(let from, let to): return runSlice(from, to, step, array)
        default: return true
        }
    }

    private mutating func runIndex(_ index: Int, _ step: Int, _ array: ArrayValue) -> Bool {
        guard index >= 0, index < array.count else {
            return fail(.indexOutOfBounds, step, .array(array)) || located(.index(index))
        }
        return run(step + 1, array[index]) || located(.index(index))
    }

    /// Negative bounds count from the end only where the other bound is missing.
    private mutating func runSlice(
        _ from: Int?, _ to: Int?, _ step: Int, _ array: ArrayValue
    ) -> Bool {
        let count = array.count
        var start = from ?? 0
        var end = to ?? count
        if to == nil { start = max(0, start < 0 ? count + start : start) }
        if from == nil, end < 0 { end += count }
        end = min(count, end)
        guard count > 0, start < end else { return true }
        guard start >= 0 else { return runIndex(start, step, array) }
        var index = 0
        for element in array {
            guard index < end else { break }
            if index >= start, !run(step + 1, element) { return located(.index(index)) }
            index += 1
        }
        return true
    }
}
