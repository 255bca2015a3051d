import JSON

extension Template {
    /// The value that the template makes now.
    public func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        try node.value(in: &scope)
    }

    /// The same template with what it makes of this scope's input alone made already: for use as
    /// long as the input is this one.
    package func settled(in scope: EvaluationScope) -> Template {
        Template(node: node.settled(in: scope) ?? node)
    }

    /// The template for whoever keeps it: to evaluate it counts no reference.
    package struct Kept: Sendable {
        let node: Uncounted<TemplateNode>

        /// The value that the template makes now.
        package func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> Value {
            try node.value(in: &scope)
        }

        /// Appends the value that the template makes now as JSON text.
        package func write(
            in scope: inout EvaluationScope, to out: inout ByteBuffer
        ) throws(StateFault) {
            try node.write(in: &scope, to: &out)
        }
    }

    /// The same template, valid as long as this one or a copy of it is kept.
    package var kept: Kept { Kept(node: Uncounted(node)) }
}

extension [TemplateMember] {
    /// The values of an `Assign`, all made from the variables as they are now.
    public func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> [Member] {
        var made: [Member] = []
        for member in self {
            made.append(Member(member.key, try member.value.evaluate(in: &scope)))
        }
        return made
    }

    /// Evaluates an `Assign` and sets the variables; gives back what was assigned.
    @discardableResult
    public func assign(in scope: inout EvaluationScope) throws(StateFault) -> [Member] {
        guard !isEmpty else { return [] }
        let assigned = try evaluate(in: &scope)
        for member in assigned { scope.variables[member.key] = member.value }
        return assigned
    }
}
