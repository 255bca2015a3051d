import JSON

/// A part of a condition; an object, walked by reference, as the parts of templates are.
class ConditionNode: @unchecked Sendable {
    // Proof: subclasses have constants only.

    /// Whether the part holds now.
    func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool { false }
}

extension Uncounted<ConditionNode> {
    /// Whether the part holds now.
    @inline(__always)
    func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        var fault: StateFault?
        let holds = with { node in
            do throws(StateFault) {
                return try node.holds(in: &scope)
            } catch {
                fault = error
                return false
            }
        }
        if let fault { throw fault }
        return holds
    }
}

/// `And` and `Or`: the first part that is what decides ends it.
final class CombinedCondition: ConditionNode, @unchecked Sendable {
    private let parts: [Condition]
    private let nodes: [Uncounted<ConditionNode>]
    private let decisive: Bool

    init(_ parts: [Condition], decidedBy decisive: Bool) {
        self.parts = parts
        self.decisive = decisive
        nodes = parts.map { Uncounted($0.node) }
    }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        for index in nodes.indices where try nodes[index].holds(in: &scope) == decisive {
            return decisive
        }
        return !decisive
    }
}

final class NegatedCondition: ConditionNode, @unchecked Sendable {
    private let part: ConditionNode

    init(_ part: ConditionNode) { self.part = part }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        try !part.holds(in: &scope)
    }
}

final class TestCondition: ConditionNode, @unchecked Sendable {
    private let test: DataTest
    private let needsOnlyVariable: Bool

    init(_ test: DataTest) {
        self.test = test
        needsOnlyVariable = test.needsOnlyVariable
    }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        if needsOnlyVariable, let value = test.variable.quickValue(in: scope.input),
            let holds = test.holds(for: value)
        {
            return holds
        }
        return try test.evaluate(in: scope)
    }
}

final class ConstantCondition: ConditionNode, @unchecked Sendable {
    private let constant: Bool

    init(_ constant: Bool) { self.constant = constant }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool { constant }
}

final class ExpressionCondition: ConditionNode, @unchecked Sendable {
    private let expression: QueryExpression

    init(_ expression: QueryExpression) { self.expression = expression }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        let value = try expression.evaluate(in: &scope)
        guard case .bool(let bool) = value else {
            throw expression.unexpected(value, expected: .boolean)
        }
        return bool
    }
}
