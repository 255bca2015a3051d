import JSON
import JSONPath

/// A part of a template.
///
/// Parts are objects, walked by reference: an enum would be copied, with everything that hangs on
/// it, each time it is looked at.
class TemplateNode: @unchecked Sendable {
    // Proof: subclasses have constants only.

    /// The value that the part makes now.
    func value(in scope: inout EvaluationScope) throws(StateFault) -> Value { .null }

    /// Appends the value that the part makes now as JSON text.
    func write(
        in scope: inout EvaluationScope, to out: inout ByteBuffer
    ) throws(StateFault) {
        try value(in: &scope).write(to: &out)
    }

    /// The part with what it makes of the scope's input alone made already; nil if that is nothing.
    func settled(in scope: EvaluationScope) -> TemplateNode? { nil }

    /// Whether a JSONata expression in it may look at `$states.result`.
    var readsResult: Bool { false }
}

extension Uncounted<TemplateNode> {
    /// The value that the part makes now.
    @inline(__always)
    func value(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        var fault: StateFault?
        let value = reference._withUnsafeGuaranteedRef { node in
            do throws(StateFault) {
                return try node.value(in: &scope)
            } catch {
                fault = error
                return Value.null
            }
        }
        if let fault { throw fault }
        return value
    }

    /// Appends the value that the part makes now as JSON text.
    @inline(__always)
    func write(
        in scope: inout EvaluationScope, to out: inout ByteBuffer
    ) throws(StateFault) {
        var fault: StateFault?
        reference._withUnsafeGuaranteedRef { node in
            do throws(StateFault) {
                try node.write(in: &scope, to: &out)
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
    }
}

final class LiteralTemplate: TemplateNode, @unchecked Sendable {
    let literal: Value

    init(_ literal: Value) { self.literal = literal }

    override func value(in scope: inout EvaluationScope) throws(StateFault) -> Value { literal }
}

final class ObjectTemplate: TemplateNode, @unchecked Sendable {
    let members: [TemplateMember]
    private let nodes: [Uncounted<TemplateNode>]

    init(_ members: [TemplateMember]) {
        self.members = members
        nodes = members.map { Uncounted($0.value.node) }
    }

    override func value(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        var made: [Member] = []
        made.reserveCapacity(members.count)
        for index in nodes.indices {
            made.append(Member(members[index].key, try nodes[index].value(in: &scope)))
        }
        return .object(made)
    }

    override func write(
        in scope: inout EvaluationScope, to out: inout ByteBuffer
    ) throws(StateFault) {
        out.append(0x7B)
        for index in nodes.indices {
            if index > 0 { out.append(0x2C) }
            members[index].key.writeStart(to: &out)
            try nodes[index].write(in: &scope, to: &out)
        }
        out.append(0x7D)
    }

    override func settled(in scope: EvaluationScope) -> TemplateNode? {
        let settled = members.map { TemplateMember($0.key, $0.value.settled(in: scope)) }
        let literals = settled.compactMap { $0.value.node as? LiteralTemplate }
        guard literals.count == settled.count else { return ObjectTemplate(settled) }
        return LiteralTemplate(.object(zip(settled, literals).map { Member($0.key, $1.literal) }))
    }

    override var readsResult: Bool { members.contains { $0.value.node.readsResult } }
}

final class ArrayTemplate: TemplateNode, @unchecked Sendable {
    let elements: [Template]
    private let nodes: [Uncounted<TemplateNode>]

    init(_ elements: [Template]) {
        self.elements = elements
        nodes = elements.map { Uncounted($0.node) }
    }

    override func value(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        var made: [Value] = []
        made.reserveCapacity(nodes.count)
        for node in nodes {
            made.append(try node.value(in: &scope))
        }
        return .array(made)
    }

    override func write(
        in scope: inout EvaluationScope, to out: inout ByteBuffer
    ) throws(StateFault) {
        out.append(0x5B)
        for index in nodes.indices {
            if index > 0 { out.append(0x2C) }
            try nodes[index].write(in: &scope, to: &out)
        }
        out.append(0x5D)
    }

    override var readsResult: Bool { elements.contains { $0.node.readsResult } }
}

final class PathTemplate: TemplateNode, @unchecked Sendable {
    let path: ValuePath
    private let field: String

    init(_ path: ValuePath, field: String) {
        self.path = path
        self.field = field
    }

    override func value(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        if let value = path.quickValue(in: scope.input) { return value }
        do throws(PathFailure) {
            return try path.evaluate(in: scope)
        } catch {
            // Only in templates is an index past the end no failure; one from the end is.
            if error.kind == .indexOutOfBounds, path.allowsMissingIndexes { return .null }
            throw path.notFound(field: field, over: scope.input, in: scope)
        }
    }

    override func write(
        in scope: inout EvaluationScope, to out: inout ByteBuffer
    ) throws(StateFault) {
        if path.quickWrite(from: &scope.input, to: &out) { return }
        try value(in: &scope).write(to: &out)
    }

    override func settled(in scope: EvaluationScope) -> TemplateNode? {
        path.quickValue(in: scope.input).map(LiteralTemplate.init)
    }
}

final class IntrinsicTemplate: TemplateNode, @unchecked Sendable {
    let call: IntrinsicCall

    init(_ call: IntrinsicCall) { self.call = call }

    override func value(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        try call.evaluate(in: &scope)
    }
}

final class ExpressionTemplate: TemplateNode, @unchecked Sendable {
    let expression: QueryExpression

    init(_ expression: QueryExpression) { self.expression = expression }

    override func value(in scope: inout EvaluationScope) throws(StateFault) -> Value {
        try expression.evaluate(in: &scope)
    }

    override var readsResult: Bool { expression.states.contains(.result) }
}
