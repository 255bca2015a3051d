import JSON
import JSONPath

extension Setting {
    /// The value of the field now; a path that leads nowhere is an invalid path.
    public func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        switch self {
        case .literal(let value): return value
        case .path(let path):
            do throws(PathFailure) {
                return try path.evaluate(in: scope)
            } catch {
                throw path.invalid(error)
            }
        case .intrinsic(let call): return try call.evaluate(in: &scope)
        case .expression(let expression): return try expression.evaluate(in: &scope)
        }
    }

    /// The integer that the field, named as it is without `Path`, has now.
    public func evaluateInteger(
        _ field: String, in scope: inout EvaluationScope
    ) throws(StateFault) -> Int {
        let value = try evaluate(in: &scope)
        if let int = Self.integer(value, acceptsText: isPath) { return int }
        throw mismatch(value, field, expected: .number, kind: "integer")
    }

    /// The number that the field, named as it is without `Path`, has now.
    public func evaluateNumber(
        _ field: String, in scope: inout EvaluationScope
    ) throws(StateFault) -> Double {
        let value = try evaluate(in: &scope)
        if let number = Self.number(value, acceptsText: isPath) { return number }
        throw mismatch(value, field, expected: .number, kind: "float")
    }

    /// The string that `Error` or `Cause` has now.
    public func evaluateString(
        _ field: String, in scope: inout EvaluationScope
    ) throws(StateFault) -> String {
        let value: Value
        if case .path(let path) = self {
            guard let found = path.find(in: scope) else {
                throw path.notFound(field: field + "Path", over: scope.input, in: scope)
            }
            value = found
        } else {
            value = try evaluate(in: &scope)
        }
        if let string = value.string { return string }
        throw mismatch(value, field, expected: .string, kind: "string")
    }

    private var isPath: Bool {
        if case .path = self { return true }
        return false
    }

    /// Where a number comes by a path, AWS also takes a text that holds it.
    static func integer(_ value: Value, acceptsText: Bool) -> Int? {
        switch value {
        case .number(let number): number.isIntegerLiteral || !acceptsText ? number.int : nil
        case .string(let text) where acceptsText: Int(text.string)
        default: nil
        }
    }

    private static func number(_ value: Value, acceptsText: Bool) -> Double? {
        switch value {
        case .number(let number): number.double
        case .string(let text) where acceptsText:
            Double(text.string).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    private func mismatch(
        _ value: Value, _ field: String, expected: Value.Kind, kind: String
    ) -> StateFault {
        switch self {
        case .expression(let expression) where value.kind == expected:
            return .query(
                "The \(field) field refers to value \"\(value.serialized)\" which is not a valid "
                    + kind,
                field: expression.field)
        case .expression(let expression): return expression.unexpected(value, expected: expected)
        case .path(let path):
            let found = value.string ?? value.serialized
            return .runtime(
                "The \(field)Path field refers to value \"\(found)\" which is not a valid \(kind): "
                    + path.text)
        case .literal, .intrinsic:
            return .runtime("The \(field) field must be a valid \(kind): \(value.serialized)")
        }
    }
}
