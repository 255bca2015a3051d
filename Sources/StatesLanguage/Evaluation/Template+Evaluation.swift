import JSON
import JSONPath

extension Template {
    /// The value that the template makes now.
    ///
    /// `input` is what `$` means to JSONPath where that is not the state's input: the result in
    /// `ResultSelector` and `Assign`, the error output in a catcher.
    public func evaluate(
        in scope: inout EvaluationScope, over input: Value? = nil
    ) throws(StateFault) -> Value {
        if case .literal(let value) = self { return value }
        return try value(over: input ?? scope.input, in: &scope)
    }

    private func value(
        over input: Value, in scope: inout EvaluationScope
    ) throws(StateFault) -> Value {
        switch self {
        case .literal(let value): return value
        case .object(let members):
            var made: [Member] = []
            made.reserveCapacity(members.count)
            for member in members {
                made.append(Member(member.key, try member.value.value(over: input, in: &scope)))
            }
            return .object(made)
        case .array(let elements):
            var made: [Value] = []
            made.reserveCapacity(elements.count)
            for element in elements { made.append(try element.value(over: input, in: &scope)) }
            return .array(made)
        case .path(let path, let field):
            return try Self.follow(path, field, over: input, in: scope)
        case .intrinsic(let call, _):
            return try Self.call(call, over: input, in: &scope)
        case .expression(let expression):
            return try expression.evaluate(in: &scope)
        }
    }

    private static func follow(
        _ path: ValuePath, _ field: String, over input: Value,
        in scope: borrowing EvaluationScope
    ) throws(StateFault) -> Value {
        do throws(PathFailure) {
            return try path.evaluate(over: input, in: scope)
        } catch {
            // Only in templates is an index past the end no failure.
            if error.kind == .indexOutOfBounds { return .null }
            throw path.notFound(field: field, over: input, in: scope)
        }
    }

    private static func call(
        _ call: IntrinsicCall, over input: Value, in scope: inout EvaluationScope
    ) throws(StateFault) -> Value {
        let own = scope.input
        scope.input = input
        defer { scope.input = own }
        return try call.evaluate(in: &scope)
    }
}

extension [TemplateMember] {
    /// The values of an `Assign`, all made from the variables as they are now.
    public func evaluate(
        in scope: inout EvaluationScope, over input: Value? = nil
    ) throws(StateFault) -> [Member] {
        var made: [Member] = []
        for member in self {
            made.append(Member(member.key, try member.value.evaluate(in: &scope, over: input)))
        }
        return made
    }

    /// Evaluates an `Assign` and sets the variables; gives back what was assigned.
    @discardableResult
    public func assign(
        in scope: inout EvaluationScope, over input: Value? = nil
    ) throws(StateFault) -> [Member] {
        guard !isEmpty else { return [] }
        let assigned = try evaluate(in: &scope, over: input)
        for member in assigned { scope.variables[member.key] = member.value }
        return assigned
    }
}
