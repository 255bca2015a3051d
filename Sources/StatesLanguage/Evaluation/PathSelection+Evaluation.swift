import JSON
import JSONPath

extension PathSelection {
    /// Whether it leaves everything.
    public var isWhole: Bool {
        if case .whole = self { return true }
        return false
    }

    /// What `InputPath` or `OutputPath` leaves of `value`.
    public func apply(
        to value: Value, in scope: borrowing EvaluationScope
    ) throws(StateFault) -> Value {
        switch self {
        case .whole: return value
        case .empty: return .object([])
        case .path(let path):
            do throws(PathFailure) {
                return try path.evaluate(over: value, in: scope)
            } catch {
                throw path.invalid(error)
            }
        }
    }
}

extension ResultPlace {
    /// Puts a result into the raw input of its state, in place where nobody else holds it.
    public func apply(_ result: consuming Value, to input: inout Value) throws(StateFault) {
        switch self {
        case .replace: input = result
        case .discard: break
        case .path(let path):
            do throws(PathFailure) {
                try path.set(result, in: &input)
            } catch {
                throw StateFault(
                    error: "States.ResultPathMatchFailure",
                    cause:
                        "Unable to apply ReferencePath \(path.text) to input \(input.serialized)",
                    origin: .interpreter(field: nil))
            }
        }
    }
}
