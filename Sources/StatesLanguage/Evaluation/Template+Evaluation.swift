import JSON

extension Template {
    /// The value that the template makes now.
    public func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        try node.value(in: &scope)
    }
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
