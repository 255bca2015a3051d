import JSON
import JSONPath

/// An argument of an intrinsic function or the call itself; as it stands, a literal.
///
/// Objects, as the parts of templates are, so that evaluating copies nothing but values.
class IntrinsicExpression: @unchecked Sendable {
    // Proof: it and its subclasses have constants only.

    /// The value, if it is known before the workflow runs.
    let literal: Value?

    init(literal: Value?) { self.literal = literal }

    /// What stopped the evaluation.
    enum Failure: Error {
        case arguments(IntrinsicFunction, IntrinsicFault)
        case path(ValuePath, PathFailure)
    }

    /// The value now.
    func evaluate(in scope: inout EvaluationScope) throws(Failure) -> Value { literal ?? .null }

    static func literal(_ value: Value) -> IntrinsicExpression {
        IntrinsicExpression(literal: value)
    }

    static func path(_ path: ValuePath) -> IntrinsicExpression { PathExpression(path) }
}

extension Uncounted<IntrinsicExpression> {
    /// The value now.
    @inline(__always)
    func evaluate(
        in scope: inout EvaluationScope
    ) throws(IntrinsicExpression.Failure) -> Value {
        var failure: IntrinsicExpression.Failure?
        let value = reference._withUnsafeGuaranteedRef { node in
            do throws(IntrinsicExpression.Failure) {
                return try node.evaluate(in: &scope)
            } catch {
                failure = error
                return Value.null
            }
        }
        if let failure { throw failure }
        return value
    }
}

/// A path as argument.
final class PathExpression: IntrinsicExpression, @unchecked Sendable {
    fileprivate let path: ValuePath

    init(_ path: ValuePath) {
        self.path = path
        super.init(literal: nil)
    }

    override func evaluate(in scope: inout EvaluationScope) throws(Failure) -> Value {
        if let value = path.quickValue(in: scope.input) { return value }
        do throws(PathFailure) {
            return try path.evaluate(in: scope)
        } catch {
            throw .path(path, error)
        }
    }
}

/// A call of a function.
final class CallExpression: IntrinsicExpression, @unchecked Sendable {
    private let function: IntrinsicFunction
    private let arguments: [IntrinsicExpression]
    private let nodes: [Uncounted<IntrinsicExpression>]
    /// Where the items of `States.ArrayGetItem` are.
    private let items: ItemLookup?

    init(_ function: IntrinsicFunction, _ arguments: [IntrinsicExpression]) {
        self.function = function
        self.arguments = arguments
        nodes = arguments.map { Uncounted($0) }
        if function == .arrayGetItem, arguments.count == 2 {
            items = ItemLookup(arguments[0])
        } else {
            items = nil
        }
        super.init(literal: nil)
    }

    /// Evaluates the arguments one by one, so that no array is made for them.
    override func evaluate(in scope: inout EvaluationScope) throws(Failure) -> Value {
        guard let items, items.areKnown(in: &scope) else { return try evaluateWhole(in: &scope) }
        let place = try argument(1, in: &scope)
        if case .number(let number) = place, let index = number.int,
            let item = items.item(index, in: &scope)
        {
            return item
        }
        let array = try argument(0, in: &scope)
        do throws(IntrinsicFault) {
            return try function.apply(array, place, random: &scope.random)
        } catch {
            throw .arguments(function, error)
        }
    }

    deinit { items?.deallocate() }

    private func evaluateWhole(in scope: inout EvaluationScope) throws(Failure) -> Value {
        switch nodes.count {
        case 1 where function != .array && function != .format:
            let only = try argument(0, in: &scope)
            do throws(IntrinsicFault) { return try function.apply(only) } catch {
                throw .arguments(function, error)
            }
        case 2 where function != .array && function != .format:
            let first = try argument(0, in: &scope)
            let second = try argument(1, in: &scope)
            do throws(IntrinsicFault) {
                return try function.apply(first, second, random: &scope.random)
            } catch {
                throw .arguments(function, error)
            }
        default:
            var values: [Value] = []
            values.reserveCapacity(nodes.count)
            for index in nodes.indices { values.append(try argument(index, in: &scope)) }
            do throws(IntrinsicFault) {
                return try function.apply(values, random: &scope.random)
            } catch {
                throw .arguments(function, error)
            }
        }
    }

    private func argument(
        _ index: Int, in scope: inout EvaluationScope
    ) throws(Failure) -> Value {
        try nodes[index].evaluate(in: &scope)
    }

    /// A call of which everything is known already becomes its result; one that fails stays, to
    /// fail when it is reached.
    var folded: IntrinsicExpression {
        guard function.isPure else { return self }
        let values = arguments.compactMap(\.literal)
        guard values.count == arguments.count else { return self }
        var unused = RandomSource(seed: 0)
        // A fault shows again, with its cause, when the call is reached.
        guard let value = try? function.apply(values, random: &unused) else { return self }
        return .literal(value)
    }
}

/// Finds the item that `States.ArrayGetItem` asks for without a copy of the array.
private enum ItemLookup {
    case path(Lookup.Uncounted)
    case literal(UnsafeBufferPointer<Value>)

    /// Nil where the array is neither in the input nor a literal.
    init?(_ array: IntrinsicExpression) {
        if let path = array as? PathExpression, let lookup = path.path.inputLookup {
            self = .path(lookup)
        } else if let elements = array.literal?.array?.elements {
            let place = UnsafeMutableBufferPointer<Value>.allocate(capacity: elements.count)
            _ = place.initialize(from: elements)
            self = .literal(UnsafeBufferPointer(place))
        } else {
            return nil
        }
    }

    /// Nil where only the function can tell.
    @inline(__always)
    func item(_ index: Int, in scope: inout EvaluationScope) -> Value? {
        switch self {
        case .path(let lookup): lookup.element(index, from: &scope.input)
        case .literal(let elements):
            // A plain nil would be the JSON null here.
            elements.indices.contains(index) ? elements[index] : Value?.none
        }
    }

    /// Whether there is an array whose items can be had.
    @inline(__always)
    func areKnown(in scope: inout EvaluationScope) -> Bool {
        switch self {
        case .path(let lookup): lookup.hasElements(from: &scope.input)
        case .literal: true
        }
    }

    func deallocate() {
        guard case .literal(let elements) = self else { return }
        let place = UnsafeMutableBufferPointer(mutating: elements)
        place.deinitialize()
        place.deallocate()
    }
}

/// `States.Format` with a literal template, which is cut into its parts at compile time.
final class FormatExpression: IntrinsicExpression, @unchecked Sendable {
    private let template: FormatTemplate
    private let arguments: [IntrinsicExpression]
    private let nodes: [Uncounted<IntrinsicExpression>]

    init(_ template: FormatTemplate, _ arguments: [IntrinsicExpression]) {
        self.template = template
        self.arguments = arguments
        nodes = arguments.map { Uncounted($0) }
        super.init(literal: nil)
    }

    /// Writes each argument as it is evaluated.
    override func evaluate(in scope: inout EvaluationScope) throws(Failure) -> Value {
        do throws(IntrinsicFault) { try template.check(nodes.count) } catch {
            throw .arguments(.format, error)
        }
        var failure: Failure?
        let text = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { memory in
            var out = ByteBuffer(borrowing: memory)
            template.append(0, to: &out)
            for gap in nodes.indices {
                do throws(Failure) {
                    try nodes[gap].evaluate(in: &scope).writeJavaText(to: &out)
                } catch {
                    failure = error
                    break
                }
                template.append(gap + 1, to: &out)
            }
            return Text(utf8: out.bytes)
        }
        if let failure { throw failure }
        return .string(text)
    }
}
