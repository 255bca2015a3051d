import JSON
import JSONPath
import JSONata
import Reporting

/// A compiled expression of either language with the values of its variables.
struct Evaluator {
    private enum Program {
        case query(Expression, [Value?])
        case path(Path)
    }

    private let program: Program
    private let limits: Environment.Limits

    init(
        query: String?, path: String?, variables: Value, limits: Environment.Limits = .init()
    ) throws {
        self.limits = limits
        program =
            if let query { try Self.compile(query, variables) } else {
                try Self.compile(path: path ?? "$")
            }
    }

    /// The result; nil if it is undefined.
    func evaluate(_ input: Value?) throws -> Value? {
        switch program {
        case .query(let expression, let values):
            do {
                return try expression.evaluate(
                    input, variables: values, environment: Environment(limits: limits))
            } catch {
                throw EvaluationFailure(error, in: expression.text)
            }
        case .path(let path):
            do {
                return try path.evaluate(input ?? .null)
            } catch {
                if error.kind.isNotFound { return nil }
                throw EvaluationFailure(lines: [error.message])
            }
        }
    }

    private static func compile(_ text: String, _ variables: Value) throws -> Program {
        let object = variables.object ?? ObjectValue()
        var options = CompileOptions()
        options.variables = Set(object.keys.map(\.string))
        do {
            let expression = try Expression(text, options: options)
            return .query(expression, expression.freeVariables.map { object[Key($0)] })
        } catch {
            throw EvaluationFailure(error, in: text)
        }
    }

    private static func compile(path: String) throws -> Program {
        do {
            return .path(try Path(parsing: path))
        } catch {
            throw EvaluationFailure(
                lines: [error.message] + CaretText.lines(path, offset: error.offset))
        }
    }
}

/// Why an expression has no result, in lines for people.
struct EvaluationFailure: Error {
    var lines: [String]

    init(lines: [String]) { self.lines = lines }

    /// Code and message, and a caret under the place.
    init(_ error: JSONataError, in text: String) {
        let code = error.code.isEmpty ? "" : error.code + ": "
        lines = [code + error.message]
        if error.offset >= 0 { lines += CaretText.lines(text, offset: error.offset) }
    }
}
