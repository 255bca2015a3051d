import JSON
import JSONata
import Synchronization

extension QueryExpression {
    /// The value of the expression now; undefined is a fault.
    public func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        let environment = environment(in: &scope)
        let value: Value?
        do throws(JSONataError) {
            if sources.count == 1 {
                // Most expressions have one variable, which needs no array.
                value = try withUnsafePointer(to: supplied(sources[0], in: scope)) {
                    variable throws(JSONataError) in
                    try expression.evaluate(
                        nil, with: UnsafeBufferPointer(start: variable, count: 1), environment)
                }
            } else {
                value = try expression.evaluate(
                    nil, variables: sources.map { supplied($0, in: scope) },
                    environment: environment)
            }
        } catch  where error.kind == .internal {
            throw fault("threw an internal error during evaluation. \(scope.random.uuid())")
        } catch {
            throw fault(error)
        }
        guard let value else { throw fault("returned nothing (undefined).") }
        return value
    }

    private func supplied(_ source: Source, in scope: borrowing EvaluationScope) -> Value? {
        switch source {
        case .states: statesValue(in: scope)
        case .input: scope.input
        case .variable(let name): scope.variables[name]
        }
    }

    /// `$states` with those members that the expression can see.
    private func statesValue(in scope: borrowing EvaluationScope) -> Value {
        if states == .input { return .object([Member(Self.input, scope.input)]) }
        var members: [Member] = []
        if states.contains(.input) { members.append(Member(Self.input, scope.input)) }
        if let result = scope.result, states.contains(.result) {
            members.append(Member(Self.result, result))
        }
        if let errorOutput = scope.errorOutput, states.contains(.errorOutput) {
            members.append(Member(Self.errorOutput, errorOutput))
        }
        if states.contains(.context) {
            members.append(Member(Self.context, scope.context.value(of: context)))
        }
        return .object(members)
    }

    // Names are interned once: to look one up costs as much as half a small expression.
    private static let input: Key = "input"
    private static let result: Key = "result"
    private static let errorOutput: Key = "errorOutput"
    private static let context: Key = "context"

    /// Time and randomness come from the scope, so that a replay gives the same.
    private func environment(in scope: inout EvaluationScope) -> Environment {
        guard isRandom else {
            return Environment(now: Int64(scope.now), limits: scope.limits)
        }
        let source = SharedRandom(seed: scope.random.next())
        return Environment(
            now: Int64(scope.now), random: { source.next() }, uuid: { source.uuid() },
            limits: scope.limits)
    }

    private func fault(_ what: String) -> StateFault {
        .query(
            "The JSONata expression '\(expression.text)' specified for the field '\(field)' \(what)",
            field: field)
    }

    private func fault(_ error: JSONataError) -> StateFault {
        switch error.kind {
        case .coded:
            fault("threw an error during evaluation. \(error.code): \(error.message)")
        case .functionResult: fault("returned an unsupported result type.")
        case .internal, .memoryLimit, .stackOverflow, .timeout:
            fault("threw an error during evaluation: \(error.message)")
        }
    }

    /// The fault of a value that the field cannot take.
    func unexpected(_ value: Value, expected: Value.Kind) -> StateFault {
        fault(
            "returned an unexpected result type. Expected '\(expected.rawValue)', but was "
                + "'\(value.kind.rawValue)' for value: \(value.serialized)")
    }
}

/// A source of random numbers that the functions of one evaluation share.
private final class SharedRandom: Sendable {
    private let source: Mutex<RandomSource>

    init(seed: UInt64) { source = Mutex(RandomSource(seed: seed)) }

    func next() -> UInt64 { source.withLock { $0.next() } }
    func uuid() -> String { source.withLock { $0.uuid() } }
}
