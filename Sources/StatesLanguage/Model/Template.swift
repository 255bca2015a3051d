import JSON

/// A value that is made anew for each visit of a state: a JSONPath payload template or any JSON
/// with JSONata expressions in it.
public indirect enum Template: Sendable {
    /// A part without anything to evaluate.
    case literal(Value)
    /// Members in the order in which AWS prints them.
    case object([TemplateMember])
    case array([Template])
    /// The value of a member that ended in `.$`; `field` is its name as written, `k.$`.
    case path(ValuePath, field: String)
    case intrinsic(IntrinsicCall, field: String)
    case expression(QueryExpression)
}

/// One member of an object template.
public struct TemplateMember: Sendable {
    /// The name, without `.$`.
    public let key: Key
    /// The value.
    public let value: Template

    /// A member of this name and value.
    public init(_ key: Key, _ value: Template) {
        self.key = key
        self.value = value
    }
}

/// A field that is either a literal (`MaxConcurrency: 3`), a path (`MaxConcurrencyPath`), an
/// intrinsic call (`ErrorPath`) or a JSONata expression.
public enum Setting: Sendable {
    case literal(Value)
    case path(ValuePath)
    case intrinsic(IntrinsicCall)
    case expression(QueryExpression)
}
