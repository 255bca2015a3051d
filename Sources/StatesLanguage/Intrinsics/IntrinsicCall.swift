import JSON
import JSONPath

/// A call of an intrinsic function, compiled: `States.Format('{}-{}', $.a, States.UUID())`.
public final class IntrinsicCall: Sendable {
    /// The call as it was written.
    public let text: String
    /// The variables that arguments read, each once.
    public let variableNames: [String]
    let root: IntrinsicExpression

    /// Compiles the text of a call.
    public init(parsing text: String) throws(IntrinsicSyntaxError) {
        var parser = IntrinsicParser(text)
        root = try parser.parse()
        self.text = text
        variableNames = parser.variableNames
    }

    /// The result of the call in this scope.
    public func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        do throws(IntrinsicExpression.Failure) {
            return try root.evaluate(in: &scope)
        } catch {
            throw fault(error, in: scope)
        }
    }

    /// The fault in AWS's words, which name the whole call and not the inner one that failed.
    private func fault(
        _ failure: IntrinsicExpression.Failure, in scope: borrowing EvaluationScope
    ) -> StateFault {
        let prefix = "The function '\(text)' had the following error: "
        switch failure {
        case .arguments(let function, let fault):
            return StateFault(
                error: "States.IntrinsicFailure",
                cause: prefix + "Invalid arguments in \(function.rawValue): \(fault.reason)",
                origin: .interpreter(field: nil))
        case .path(_, let failure) where !failure.kind.isNotFound:
            return .runtime(prefix + failure.message)
        case .path(let path, _):
            // AWS names the state's input even where the path goes into the Context object.
            let asked = path.root == .context ? path.path.text : path.text
            return .runtime(
                prefix + "The JsonPath argument for the field '\(asked)' could not be found in "
                    + "the input '\(scope.input.serialized)'")
        }
    }
}
