import JSON

extension Template {
    /// The same template, telling `observer` of each expression in it.
    func observed(_ field: String, by observer: any EvaluationObserver) -> Template {
        switch node {
        case let object as ObjectTemplate:
            return .object(object.members.observed(field, by: observer))
        case let array as ArrayTemplate:
            return .array(
                array.elements.enumerated().map {
                    $0.element.observed("\(field)[\($0.offset)]", by: observer)
                })
        default:
            guard let text = node.expressionText else { return self }
            return Template(
                node: ObservedTemplate(node, field: field, text: text, observer: observer))
        }
    }
}

extension [TemplateMember] {
    func observed(_ field: String, by observer: any EvaluationObserver) -> [TemplateMember] {
        map { TemplateMember($0.key, $0.value.observed("\(field).\($0.key.string)", by: observer)) }
    }
}

/// An expression of a template whose evaluations are told.
private final class ObservedTemplate: TemplateNode, @unchecked Sendable {
    private let node: TemplateNode
    private let field: String
    private let text: String
    private let observer: any EvaluationObserver

    init(
        _ node: TemplateNode, field: String, text: String, observer: any EvaluationObserver
    ) {
        self.node = node
        self.field = field
        self.text = text
        self.observer = observer
    }

    override func value(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        do throws(StateFault) {
            let value = try node.value(in: &scope)
            observer.evaluated(
                Evaluation(field: field, expression: text, result: .success(value)))
            return value
        } catch {
            observer.evaluated(Evaluation(field: field, expression: text, result: .failure(error)))
            throw error
        }
    }
}

extension TemplateNode {
    /// The part as the definition has it; nil where there is nothing to evaluate.
    fileprivate var expressionText: String? {
        switch self {
        case let path as PathTemplate: path.path.text
        case let intrinsic as IntrinsicTemplate: intrinsic.call.text
        case let expression as ExpressionTemplate: expression.expression.text
        default: nil
        }
    }
}

extension QueryExpression {
    /// The expression as definitions write it.
    package var text: String { "{% \(expression.text) %}" }
}

extension Setting {
    /// The path, call or expression as the definition has it; nil for a literal.
    package var expressionText: String? {
        switch self {
        case .literal: nil
        case .path(let path): path.text
        case .intrinsic(let call): call.text
        case .expression(let expression): expression.text
        }
    }
}
