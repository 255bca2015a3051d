import JSON
import JSONPath

extension MapAction {
    /// What the Map iterates over: an array; for a distributed Map also an object.
    public func evaluateItems(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        if let itemsTemplate {
            let value = try itemsTemplate.evaluate(in: &scope)
            if accepts(value) { return value }
            throw .query(
                "Map state input must be an array but was: \(value.serialized)", field: "Items")
        }
        guard let items else {
            if accepts(scope.input) { return scope.input }
            throw .query(
                "Map state input must be an array but was: \(scope.input.serialized)",
                field: "Items")
        }
        let value = try items.evaluate(in: &scope)
        if accepts(value) { return value }
        switch items {
        case .expression(let expression): throw expression.unexpected(value, expected: .array)
        case .path(let path):
            // AWS prints a path into the Context object with one dollar only.
            let text = path.root == .context ? String(path.text.dropFirst()) : path.text
            throw .runtime("Reference path \"\(text)\" must point to array.")
        case .literal, .intrinsic:
            throw .query(
                "Map state input must be an array but was: \(value.serialized)", field: "Items")
        }
    }

    private func accepts(_ value: Value) -> Bool {
        value.kind == .array || (distribution != nil && value.kind == .object)
    }

    /// `MaxConcurrency` now; 0 means as many as possible.
    public func evaluateMaxConcurrency(
        in scope: inout EvaluationScope
    ) throws(StateFault) -> Int {
        let count = try maxConcurrency?.evaluateInteger("MaxConcurrency", in: &scope) ?? 0
        guard count >= 0 else { throw .runtime("MaxConcurrency cannot be negative.") }
        return count
    }
}

extension MapAction.Distribution {
    /// `ToleratedFailureCount` now; nil if the state does not set it.
    public func evaluateToleratedFailureCount(
        in scope: inout EvaluationScope
    ) throws(StateFault) -> Int? {
        let field = "ToleratedFailureCount"
        guard let count = try toleratedFailureCount?.evaluateInteger(field, in: &scope) else {
            return nil
        }
        guard count >= 0 else { throw .runtime("ToleratedFailureCount cannot be negative.") }
        return count
    }

    /// `ToleratedFailurePercentage` now; nil if the state does not set it.
    public func evaluateToleratedFailurePercentage(
        in scope: inout EvaluationScope
    ) throws(StateFault) -> Double? {
        let field = "ToleratedFailurePercentage"
        guard let percentage = try toleratedFailurePercentage?.evaluateNumber(field, in: &scope)
        else { return nil }
        guard (0...100).contains(percentage) else {
            throw .runtime("ToleratedFailurePercentage must be between 0 and 100.")
        }
        return percentage
    }
}
