import JSON

/// A value that is made anew for each visit of a state: a JSONPath payload template or any JSON
/// with JSONata expressions in it.
public struct Template: Sendable {
    let node: TemplateNode

    /// A part without anything to evaluate.
    static func literal(_ value: Value) -> Template { Template(node: LiteralTemplate(value)) }
    /// Members in the order in which AWS prints them.
    static func object(_ members: [TemplateMember]) -> Template {
        Template(node: ObjectTemplate(members))
    }
    static func array(_ elements: [Template]) -> Template {
        Template(node: ArrayTemplate(elements))
    }
    /// The value of a member that ended in `.$`; `field` is its name as written, `k.$`.
    static func path(_ path: ValuePath, field: String) -> Template {
        Template(node: PathTemplate(path, field: field))
    }
    static func intrinsic(_ call: IntrinsicCall) -> Template {
        Template(node: IntrinsicTemplate(call))
    }
    static func expression(_ expression: QueryExpression) -> Template {
        Template(node: ExpressionTemplate(expression))
    }

    /// The value of a member that is written out: nothing in it has to be evaluated.
    public func literal(_ name: Key) -> Value? {
        if let literal = node as? LiteralTemplate { return literal.literal[name] }
        let member = (node as? ObjectTemplate)?.members.first { $0.key == name }
        return (member?.value.node as? LiteralTemplate)?.literal
    }

    /// Whether there is nothing in it to evaluate.
    var isLiteral: Bool { node is LiteralTemplate }
    /// The path, if it is nothing else.
    var path: ValuePath? { (node as? PathTemplate)?.path }
    /// The intrinsic call, if it is nothing else.
    var intrinsic: IntrinsicCall? { (node as? IntrinsicTemplate)?.call }
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
