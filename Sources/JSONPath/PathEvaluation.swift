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

    let steps: [PathStep]
    let root: Value
    let limits: Limits
    /// The last step that is not definite, or -1: up to the step after it missing names are quiet.
    let lastIndefinite: Int
    var matches: [Value] = []
    var visits = 0
    var failure: (kind: PathFailure.Kind, step: Int, value: Value)?
    /// The failure of a path inside a filter, which has its own words.
    var filterFailure: PathFailure?
    /// The way to the failure, innermost first.
    var trail: [Location] = []

    enum Location {
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
        guard let value = matches.first else { throw explanation() }
        return value
    }

    /// Collects all matches; false if the path fails.
    mutating func run() -> Bool { run(0, root) }

    mutating func run(_ step: Int, _ value: Value) -> Bool {
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
        case .object:
            guard let passes = accepts(filter, step, value) else { return false }
            return !passes || run(step + 1, value)
        case .array(let array):
            var index = 0
            for element in array {
                guard let passes = accepts(filter, step, element) else { return false }
                if passes, !run(step + 1, element) { return located(.index(index)) }
                index += 1
            }
            return true
        default: return fail(.invalid, step, value)
        }
    }

    /// Whether the element passes, or nil once the filter has failed.
    mutating func accepts(_ filter: Filter, _ step: Int, _ element: Value) -> Bool? {
        do throws(PathFailure) {
            return try filter.accepts(element, root: root)
        } catch {
            filterFailure = error
            _ = fail(error.kind, step, element)
            return nil
        }
    }

    mutating func located(_ location: Location) -> Bool {
        trail.append(location)
        return false
    }

    mutating func fail(_ kind: PathFailure.Kind, _ step: Int, _ value: Value) -> Bool {
        failure = (kind, step, value)
        return false
    }
}
