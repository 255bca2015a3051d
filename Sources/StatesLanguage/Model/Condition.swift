import JSON

/// When a rule of a Choice state matches.
public enum Condition: Sendable {
    case and([Condition])
    case or([Condition])
    indirect case not(Condition)
    case test(DataTest)
    indirect case expression(QueryExpression)
    case constant(Bool)
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
