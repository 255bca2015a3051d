import JSON
import JSONata

extension QueryExpression {
    /// The value of the expression now.
    public func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        throw fault("threw an error during evaluation. ")
    }

    private func fault(_ what: String) -> StateFault {
        .query(
            "The JSONata expression '\(text)' specified for the field '\(field)' \(what)",
            field: field)
    }

    /// The fault of a value that the field cannot take.
    func unexpected(_ value: Value, expected: Value.Kind) -> StateFault {
        fault(
            "returned an unexpected result type. Expected '\(expected.rawValue)', but was "
                + "'\(value.kind.rawValue)' for value: \(value.serialized)")
    }
}
