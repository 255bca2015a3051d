import JSON
import JSONPath

/// An argument of an intrinsic function or the call itself.
indirect enum IntrinsicExpression: Sendable {
    case literal(Value)
    case path(PathArgument)
    case call(IntrinsicFunction, [IntrinsicExpression])
    /// `States.Format` with a literal template, which is cut into its parts at compile time.
    case format(FormatTemplate, [IntrinsicExpression])

    /// A path behind one reference, so that it is not copied at every evaluation.
    final class PathArgument: Sendable {
        let path: ValuePath

        init(_ path: ValuePath) { self.path = path }
    }

    /// What stopped the evaluation.
    enum Failure: Error {
        case arguments(IntrinsicFunction, IntrinsicFault)
        case path(ValuePath, PathFailure)
    }

    /// The value now.
    func evaluate(in scope: inout EvaluationScope) throws(Failure) -> Value {
        switch self {
        case .literal(let value): return value
        case .path(let argument):
            do throws(PathFailure) {
                return try argument.path.evaluate(in: scope)
            } catch {
                throw .path(argument.path, error)
            }
        case .call(let function, let arguments):
            return try Self.call(function, arguments, in: &scope)
        case .format(let template, let arguments):
            return try template.fill(arguments, in: &scope)
        }
    }

    /// Evaluates the arguments one by one, so that no array is made for them.
    private static func call(
        _ function: IntrinsicFunction, _ arguments: [IntrinsicExpression],
        in scope: inout EvaluationScope
    ) throws(Failure) -> Value {
        switch arguments.count {
        case 1 where function != .array && function != .format:
            let only = try arguments[0].evaluate(in: &scope)
            return try checked(function) { () throws(IntrinsicFault) in
                try function.apply(only)
            }
        case 2 where function != .array && function != .format:
            let first = try arguments[0].evaluate(in: &scope)
            let second = try arguments[1].evaluate(in: &scope)
            return try checked(function) { () throws(IntrinsicFault) in
                try function.apply(first, second, random: &scope.random)
            }
        default:
            var values: [Value] = []
            values.reserveCapacity(arguments.count)
            for argument in arguments { values.append(try argument.evaluate(in: &scope)) }
            return try checked(function) { () throws(IntrinsicFault) in
                try function.apply(values, random: &scope.random)
            }
        }
    }

    private static func checked(
        _ function: IntrinsicFunction, _ body: () throws(IntrinsicFault) -> Value
    ) throws(Failure) -> Value {
        do throws(IntrinsicFault) {
            return try body()
        } catch {
            throw .arguments(function, error)
        }
    }
}

extension IntrinsicExpression {
    /// A call of which everything is known already becomes its result; one that fails stays, to
    /// fail when it is reached.
    var folded: IntrinsicExpression {
        guard case .call(let function, let arguments) = self, function.isPure else { return self }
        var values: [Value] = []
        for argument in arguments {
            guard case .literal(let value) = argument else { return self }
            values.append(value)
        }
        var unused = RandomSource(seed: 0)
        // A fault shows again, with its cause, when the call is reached.
        guard let value = try? function.apply(values, random: &unused) else { return self }
        return .literal(value)
    }
}
