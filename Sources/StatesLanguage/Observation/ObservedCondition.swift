import JSON

extension Condition {
    /// The same condition, telling `observer` of each comparison and combination in it.
    func observed(_ field: String, by observer: any EvaluationObserver) -> Condition {
        let part: ConditionNode
        var test: DataTest?
        switch node {
        case let combined as CombinedCondition:
            let parts = combined.parts.enumerated().map {
                $0.element.observed("\(field).\(combined.name)[\($0.offset)]", by: observer)
            }
            part = CombinedCondition(parts, decidedBy: combined.decisive)
        case let negated as NegatedCondition:
            let inner = Condition(node: negated.part).observed("\(field).Not", by: observer)
            part = NegatedCondition(inner.node)
        default:
            part = node
            test = node.comparison
        }
        return Condition(
            node: ObservedCondition(
                part, field: field, text: node.text, test: test, observer: observer))
    }
}

/// A part of a condition whose outcomes are told.
private final class ObservedCondition: ConditionNode, @unchecked Sendable {
    private let part: ConditionNode
    private let field: String
    private let conditionText: String
    private let test: DataTest?
    private let observer: any EvaluationObserver

    init(
        _ part: ConditionNode, field: String, text: String, test: DataTest?,
        observer: any EvaluationObserver
    ) {
        self.part = part
        self.field = field
        conditionText = text
        self.test = test
        self.observer = observer
    }

    override func holds(in scope: inout EvaluationScope) throws(StateFault) -> Bool {
        let operands = (test?.paths ?? []).map { ($0.text, $0.find(in: scope)) }
        do throws(StateFault) {
            let holds = try part.holds(in: &scope)
            tell(.success(.bool(holds)), operands)
            return holds
        } catch {
            tell(.failure(error), operands)
            throw error
        }
    }

    private func tell(
        _ result: Result<Value, StateFault>, _ operands: [(path: String, value: Value?)]
    ) {
        var evaluation = Evaluation(field: field, expression: conditionText, result: result)
        evaluation.operands = operands
        observer.evaluated(evaluation)
    }
}

extension ConditionNode {
    /// The condition for people: `$.age NumericLessThan 5`.
    fileprivate var text: String {
        switch self {
        case let combined as CombinedCondition: combined.name
        case is NegatedCondition: "Not"
        case let expression as ExpressionCondition: expression.expression.text
        default: comparison?.text ?? "constant"
        }
    }
}

extension CombinedCondition {
    fileprivate var name: String { decisive ? "Or" : "And" }
}

extension DataTest {
    /// The paths that are followed.
    fileprivate var paths: [ValuePath] {
        if case .path(_, _, let other) = comparison { return [variable, other] }
        return [variable]
    }

    fileprivate var text: String {
        switch comparison {
        case .literal(let family, let relation, let operand):
            "\(variable.text) \(family.name)\(relation.name) \(operand.text)"
        case .path(let family, let relation, let path):
            "\(variable.text) \(family.name)\(relation.name)Path \(path.text)"
        case .matches(let pattern): "\(variable.text) StringMatches \(pattern.text)"
        case .isType(let type, let expected):
            "\(variable.text) Is\("\(type)".capitalizedFirst) \(expected)"
        case .isPresent(let expected): "\(variable.text) IsPresent \(expected)"
        }
    }
}

extension DataTest.Family {
    fileprivate var name: String { "\(self)".capitalizedFirst }
}

extension DataTest.Relation {
    fileprivate var name: String { "\(self)".capitalizedFirst }
}

extension DataTest.Operand {
    fileprivate var text: String {
        switch self {
        case .string(let text): Value.string(text).serialized
        case .number(let number): Value.number(number).serialized
        case .timestamp(let timestamp): Value.string(timestamp.text).serialized
        case .boolean(let bool): "\(bool)"
        }
    }
}

extension StringPattern {
    fileprivate var text: String {
        let escaped = pieces.map { piece in
            piece.string.reduce(into: "") { text, character in
                if character == "*" || character == "\\" { text.append("\\") }
                text.append(character)
            }
        }
        return Value.string(escaped.joined(separator: "*")).serialized
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
