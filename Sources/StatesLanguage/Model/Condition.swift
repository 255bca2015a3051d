import JSON

/// When a rule of a Choice state matches.
public struct Condition: Sendable {
    let node: ConditionNode

    static func and(_ conditions: [Condition]) -> Condition {
        Condition(node: CombinedCondition(conditions, decidedBy: false))
    }
    static func or(_ conditions: [Condition]) -> Condition {
        Condition(node: CombinedCondition(conditions, decidedBy: true))
    }
    static func not(_ condition: Condition) -> Condition {
        Condition(node: NegatedCondition(condition.node))
    }
    static func test(_ test: DataTest) -> Condition {
        Condition(
            node: TextCondition(matching: test) ?? TextPairCondition(matching: test)
                ?? NumberCondition(matching: test)
                ?? TypeCondition(matching: test) ?? TestCondition(test))
    }
    static func expression(_ expression: QueryExpression) -> Condition {
        Condition(node: ExpressionCondition(expression))
    }
    static func constant(_ constant: Bool) -> Condition {
        Condition(node: ConstantCondition(constant))
    }
}

/// A comparison of a JSONPath Choice rule.
public final class DataTest: Sendable {
    /// `Variable`.
    public let variable: ValuePath
    /// What is compared, and how.
    public let comparison: Comparison

    /// A test of this variable.
    public init(variable: ValuePath, comparison: Comparison) {
        self.variable = variable
        self.comparison = comparison
    }

    /// The order relation of a comparison.
    public enum Relation: Sendable {
        case equals, lessThan, greaterThan, lessThanEquals, greaterThanEquals
    }

    /// The types of values that comparisons are made between.
    public enum Family: Sendable { case string, numeric, timestamp, boolean }

    /// The comparison operators.
    public enum Comparison: Sendable {
        case literal(Family, Relation, Operand)
        /// The `…Path` operators.
        case path(Family, Relation, ValuePath)
        case matches(StringPattern)
        case isType(TypeTest, Bool)
        case isPresent(Bool)
    }

    /// A literal operand, ready to compare.
    public enum Operand: Sendable {
        case string(Text)
        case number(Number)
        case timestamp(Timestamp)
        case boolean(Bool)
    }

    /// The `Is…` operators.
    public enum TypeTest: Sendable { case null, numeric, string, boolean, timestamp }
}
