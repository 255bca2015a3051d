import JSON
import JSONPath

extension Condition {
    /// Whether the rule matches now; `And` and `Or` stop as soon as they know.
    public func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        try node.holds(in: &scope)
    }
}

extension ChoiceAction {
    /// The index of the first rule that matches now; nil if none does.
    package func match(in scope: inout EvaluationScope) throws(StateFault) -> Int? {
        for index in conditions.indices where try conditions[index].holds(in: &scope) {
            return index
        }
        return nil
    }
}

extension DataTest {
    /// Whether the comparison holds. Types that do not fit make it false; a path that leads
    /// nowhere is a fault for every operator but `IsPresent`.
    public func evaluate(in scope: borrowing EvaluationScope) throws(StateFault) -> Bool {
        if case .isPresent(let expected) = comparison {
            return (variable.find(in: scope) != nil) == expected
        }
        let value = try Self.operand(variable, in: scope)
        switch comparison {
        case .literal(let family, let relation, let operand):
            return Self.compare(value, operand, family, relation)
        case .path(let family, let relation, let path):
            let other = try Self.operand(path, in: scope)
            guard let operand = Operand(other, family) else { return false }
            return Self.compare(value, operand, family, relation)
        case .matches(let pattern):
            return value.text.map(pattern.matches) ?? false
        case .isType(let type, let expected):
            return type.accepts(value) == expected
        case .isPresent: return true
        }
    }

    private static func operand(
        _ path: ValuePath, in scope: borrowing EvaluationScope
    ) throws(StateFault) -> Value {
        guard let value = path.find(in: scope) else {
            throw .runtime(
                "Invalid path '\(path.text)': The choice state's condition path references an "
                    + "invalid value.")
        }
        return value
    }

    private static func compare(
        _ value: Value, _ operand: Operand, _ family: Family, _ relation: Relation
    ) -> Bool {
        switch (value, operand) {
        case (.string(let left), .string(let right)): return relation.holds(left, right)
        case (.number(let left), .number(let right)): return relation.holds(left, right)
        case (.bool(let left), .boolean(let right)): return left == right
        case (.string(let text), .timestamp(let right)):
            guard let left = Timestamp(parsing: text) else { return false }
            return relation.holds(left, right)
        default: return false
        }
    }
}

extension DataTest.Operand {
    /// The operand that a path has led to; nil if its type does not fit.
    init?(_ value: Value, _ family: DataTest.Family) {
        switch (family, value) {
        case (.string, .string(let text)): self = .string(text)
        case (.numeric, .number(let number)): self = .number(number)
        case (.boolean, .bool(let bool)): self = .boolean(bool)
        case (.timestamp, .string(let text)):
            guard let timestamp = Timestamp(parsing: text) else { return nil }
            self = .timestamp(timestamp)
        default: return nil
        }
    }
}

extension DataTest.Relation {
    func holds<Operand: Comparable>(_ left: Operand, _ right: Operand) -> Bool {
        switch self {
        case .equals: left == right
        case .lessThan: left < right
        case .greaterThan: left > right
        case .lessThanEquals: left <= right
        case .greaterThanEquals: left >= right
        }
    }
}

extension DataTest.TypeTest {
    func accepts(_ value: Value) -> Bool {
        switch self {
        case .null: value.isNull
        case .numeric: value.kind == .number
        case .string: value.kind == .string
        case .boolean: value.kind == .boolean
        case .timestamp: value.text.flatMap(Timestamp.init(parsing:)) != nil
        }
    }
}
