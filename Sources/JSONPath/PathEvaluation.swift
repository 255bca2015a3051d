import JSON

/// One evaluation of a path: collects the matches, or finds out what stops the path.
///
/// The functions return false once the path has failed. Locations are noted only while the
/// calls return after a failure, so following a path that works costs nothing for them.
struct PathEvaluation {
    /// What a path may use up, so that it cannot exhaust memory, time or stack.
    struct Limits {
        var matches = 10_000_000
        /// Values looked at; more means a chain of `..` that multiplies.
        var visits = 200_000_000
        /// Levels below a `..`.
        var depth = 2000
    }

    private let steps: [PathStep]
    private let root: Value
    private let limits: Limits
    /// The last step that is not definite, or -1: up to the step after it missing names are quiet.
    private let lastIndefinite: Int
    private(set) var matches: [Value] = []
    private var visits = 0
    private var failure: (kind: PathFailure.Kind, step: Int, value: Value)?
    /// The way to the failure, innermost first.
    private var trail: [Location] = []

    private enum Location {
        case name(Key)
        case index(Int)
    }

    init(steps: [PathStep], root: Value, limits: Limits = Limits()) {
        self.limits = limits
        self.steps = steps
        self.root = root
        lastIndefinite = steps.lastIndex { !$0.isDefinite } ?? -1
    }

    mutating func result(isDefinite: Bool) throws(PathFailure) -> Value {
        guard run() else { throw explanation() }
        guard isDefinite else { return .array(matches) }
        guard let value = matches.first else {
            throw PathFailure(.noResults, "No results for path: " + fragments(from: 0))
        }
        return value
    }

    /// Collects all matches; false if the path fails.
    mutating func run() -> Bool { run(0, root) }

    private mutating func run(_ step: Int, _ value: Value) -> Bool {
        visits += 1
        guard step < steps.count else { return add(value) }
        switch steps[step] {
        case .name(let key): return runName(key, step, value)
        case .names(let keys):
            guard let object = value.object else { return fail(.notAnObject, step, value) }
            guard step == steps.count - 1 else { return fail(.invalid, step, value) }
            return add(.object(object.picking(keys)))
        case .wildcard: return runWildcard(step, value)
        case .descend: return walk(step + 1, value, depth: 0)
        case .filter(let filter): return runFilter(filter, step, value)
        case .index, .indexes, .fromEnd, .slice: return runArray(step, value)
        }
    }

    private mutating func add(_ value: Value) -> Bool {
        guard matches.count < limits.matches, visits < limits.visits else {
            return fail(.tooLarge, steps.count, value)
        }
        matches.append(value)
        return true
    }

    private mutating func runName(_ key: Key, _ step: Int, _ value: Value) -> Bool {
        guard case .object(let object) = value else { return fail(.notAnObject, step, value) }
        if let member = object[key] {
            return run(step + 1, member) || located(.name(key))
        }
        let isLast = step == steps.count - 1
        if !isLast, lastIndefinite >= step - 1, lastIndefinite >= 0 { return true }
        return fail(isLast ? .noResults : .missingProperty, step, value) || located(.name(key))
    }

    private mutating func runWildcard(_ step: Int, _ value: Value) -> Bool {
        switch value {
        case .object(let object):
            for member in object {
                guard run(step + 1, member.value) else { return located(.name(member.key)) }
            }
        case .array(let array):
            var index = 0
            for element in array {
                if !run(step + 1, element) {
                    guard forgive() else { return located(.index(index)) }
                }
                index += 1
            }
        default: break
        }
        return true
    }

    /// Only `[*]` on an array drops an element below which nothing was found.
    private mutating func forgive() -> Bool {
        guard let kind = failure?.kind, kind.isNotFound else { return false }
        failure = nil
        trail.removeAll(keepingCapacity: true)
        return true
    }

    private mutating func runFilter(_ filter: Filter, _ step: Int, _ value: Value) -> Bool {
        switch value {
        case .object: return !filter.accepts(value, root: root) || run(step + 1, value)
        case .array(let array):
            var index = 0
            for element in array {
                if filter.accepts(element, root: root), !run(step + 1, element) {
                    return located(.index(index))
                }
                index += 1
            }
            return true
        default: return fail(.invalid, step, value)
        }
    }

    private mutating func located(_ location: Location) -> Bool {
        trail.append(location)
        return false
    }

    private mutating func fail(_ kind: PathFailure.Kind, _ step: Int, _ value: Value) -> Bool {
        failure = (kind, step, value)
        return false
    }
}

extension PathEvaluation {
    private mutating func runArray(_ step: Int, _ value: Value) -> Bool {
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

    /// `..`: tries the step at this value, then at everything below, in document order.
    private mutating func walk(_ step: Int, _ value: Value, depth: Int) -> Bool {
        visits += 1
        guard depth < limits.depth, visits < limits.visits else {
            return fail(.tooLarge, step, value)
        }
        switch value {
        case .object(let object):
            if matches(step, value), !run(step, value) { return false }
            for member in object {
                guard walk(step, member.value, depth: depth + 1) else {
                    return located(.name(member.key))
                }
            }
        case .array(let array):
            if matches(step, value), !runBelow(step, array) { return false }
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

    /// Whether `..` stops at this value to try the step.
    private func matches(_ step: Int, _ value: Value) -> Bool {
        guard step < steps.count else { return false }
        switch steps[step] {
        case .name(let key): return value[key] != nil
        case .names(let keys): return keys.allSatisfy { value[$0] != nil }
        case .index, .indexes, .fromEnd, .slice: return value.array != nil
        case .wildcard: return true
        case .filter(let filter): return filter.accepts(value, root: root)
        case .descend: return false
        }
    }
}

extension PathEvaluation {
    /// The failure in the library's words.
    private func explanation() -> PathFailure {
        guard let (kind, step, value) = failure else {
            return PathFailure(.noResults, "No results for path: " + fragments(from: 0))
        }
        switch kind {
        case .noResults: return PathFailure(kind, "No results for path: \(location)")
        case .missingProperty: return PathFailure(kind, "Missing property in path \(location)")
        case .notAnObject:
            return PathFailure(
                kind, "Property \(steps[step].fragment) not found in path \(location)")
        case .indexOutOfBounds:
            return PathFailure(kind, "Index out of bounds when evaluating path \(location)")
        case .null: return PathFailure(kind, "The path \(location) is null")
        case .invalid: return PathFailure(kind, invalidMessage(step, value))
        case .tooLarge:
            return PathFailure(kind, "the path has too many matches or nests too deep")
        }
    }

    private func invalidMessage(_ step: Int, _ value: Value) -> String {
        let rest = fragments(from: step)
        let context = "Current context is: \(value.javaText)"
        switch steps[step] {
        case .names:
            return "Multi properties can only be used as path leafs: "
                + location + steps[step].fragment
        case .filter: return "Filter: \(rest) can not be applied to primitives. \(context)"
        default: return "Filter: \(rest) can only be applied to arrays. \(context)"
        }
    }

    private var location: String {
        trail.reversed().reduce(into: "$") { text, location in
            switch location {
            case .name(let key): text += "['\(key.string)']"
            case .index(let index): text += "[\(index)]"
            }
        }
    }

    private func fragments(from step: Int) -> String {
        (step == 0 ? "$" : "") + steps[step...].map(\.fragment).joined()
    }
}
