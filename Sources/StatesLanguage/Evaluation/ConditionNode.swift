import JSON

/// A part of a condition; an object, walked by reference, as the parts of templates are.
class ConditionNode: @unchecked Sendable {
    // Proof: subclasses have constants only.

    /// Whether the part holds now.
    func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool { false }

    /// The comparison that it makes, if it makes one.
    var comparison: DataTest? { nil }
}

extension Uncounted<ConditionNode> {
    /// Whether the part holds now.
    @inline(__always)
    func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        var fault: StateFault?
        let holds = reference._withUnsafeGuaranteedRef { node in
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
    let parts: [Condition]
    private let nodes: [Uncounted<ConditionNode>]
    let decisive: Bool

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
    let part: ConditionNode

    init(_ part: ConditionNode) { self.part = part }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        try !part.holds(in: &scope)
    }
}

class TestCondition: ConditionNode, @unchecked Sendable {
    fileprivate final let test: DataTest

    init(_ test: DataTest) { self.test = test }

    override var comparison: DataTest? { test }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        try test.evaluate(in: scope)
    }
}

/// The comparison of a text in the input with a literal one, whose bytes lie beside it: to take
/// the literal out of an enum would count references that all workers share.
final class TextCondition: TestCondition, @unchecked Sendable {
    // Proof: the bytes are written in the initialiser only.
    private let lookup: Lookup.Uncounted
    private let relation: DataTest.Relation
    private let operand: UnsafeBufferPointer<UInt8>

    /// Nil if the test is another one.
    init?(matching test: DataTest) {
        guard case .literal(.string, let relation, .string(let text)) = test.comparison,
            let lookup = test.variable.inputLookup
        else { return nil }
        self.lookup = lookup
        self.relation = relation
        operand = text.withUTF8 { bytes in
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
            _ = copy.initialize(from: bytes)
            return UnsafeBufferPointer(copy)
        }
        super.init(test)
    }

    deinit { operand.deallocate() }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        if let order = lookup.order(from: &scope.input, against: operand) {
            return relation.holds(order, 0)
        }
        return switch lookup(scope.input) {
        case .some(.string(let text)): relation.holds(text.order(against: operand), 0)
        case .some: false
        case .none: try super.holds(in: &scope)
        }
    }
}

/// The comparison of two texts in the input.
final class TextPairCondition: TestCondition, @unchecked Sendable {
    private let lookup: Lookup.Uncounted
    private let other: Lookup.Uncounted
    private let relation: DataTest.Relation

    /// Nil if the test is another one.
    init?(matching test: DataTest) {
        guard case .path(.string, let relation, let path) = test.comparison,
            let lookup = test.variable.inputLookup, let other = path.inputLookup
        else { return nil }
        self.lookup = lookup
        self.other = other
        self.relation = relation
        super.init(test)
    }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        if let order = lookup.order(from: &scope.input, against: other) {
            return relation.holds(order, 0)
        }
        return try super.holds(in: &scope)
    }
}

/// The comparison of a number in the input with a literal one.
final class NumberCondition: TestCondition, @unchecked Sendable {
    private let lookup: Lookup.Uncounted
    private let relation: DataTest.Relation
    private let operand: Int

    /// Nil if the test is another one.
    init?(matching test: DataTest) {
        guard case .literal(.numeric, let relation, .number(let number)) = test.comparison,
            let lookup = test.variable.inputLookup, let operand = number.int
        else { return nil }
        self.lookup = lookup
        self.relation = relation
        self.operand = operand
        super.init(test)
    }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        guard case .number(let number) = lookup(scope.input), let int = number.int else {
            return try super.holds(in: &scope)
        }
        return relation.holds(int, operand)
    }
}

/// A test of the type of a value in the input.
final class TypeCondition: TestCondition, @unchecked Sendable {
    private let lookup: Lookup.Uncounted
    private let type: DataTest.TypeTest
    private let expected: Bool

    /// Nil if the test is another one.
    init?(matching test: DataTest) {
        guard case .isType(let type, let expected) = test.comparison,
            let lookup = test.variable.inputLookup
        else { return nil }
        self.lookup = lookup
        self.type = type
        self.expected = expected
        super.init(test)
    }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        guard let value = lookup(scope.input) else { return try super.holds(in: &scope) }
        return type.accepts(value) == expected
    }
}

final class ConstantCondition: ConditionNode, @unchecked Sendable {
    private let constant: Bool

    init(_ constant: Bool) { self.constant = constant }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool { constant }
}

final class ExpressionCondition: ConditionNode, @unchecked Sendable {
    let expression: QueryExpression

    init(_ expression: QueryExpression) { self.expression = expression }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        let value = try expression.evaluate(in: &scope)
        guard case .bool(let bool) = value else {
            throw expression.unexpected(value, expected: .boolean)
        }
        return bool
    }
}
