import JSON

/// A JSONPath, compiled once and evaluated many times.
///
/// The dialect is the one that Step Functions evaluates, the Java library json-path 2.0: see the
/// cases in which it differs from RFC 9535 (slices without steps, a wildcard that forgives
/// missing members, filters that do not).
public struct Path: Sendable {
    /// Everything behind one reference, since paths are copied with the plan at every visit.
    private let program: PathProgram

    /// Compiles `$…`; the caller has already taken off the `$` of `$$…` or the name of `$name…`.
    ///
    /// A text that does not start with `$` is read as if `$.` stood before it, as the library
    /// does. The States Language asks for the `$`, which is for its decoder to check.
    public init(parsing text: String) throws(PathSyntaxError) {
        var parser = PathParser(text, mode: .path)
        self.init(parser.text, steps: try parser.parsePath())
    }

    init(_ text: String, steps: [PathStep]) {
        program = PathProgram(text, steps)
    }

    /// The path as it was written, without blanks around it.
    public var text: String { program.text }
    /// Whether the path leads to one value or fails; otherwise the result is always an array.
    public var isDefinite: Bool { program.isDefinite }
    /// Whether the path has only names and single indexes.
    public var isReference: Bool { program.lookup != nil }

    /// Whether it has an index that counts from the end.
    package var countsFromEnd: Bool {
        program.steps.contains { step in
            if case .index(let index) = step { index < 0 } else { false }
        }
    }

    var steps: [PathStep] { program.steps }
    /// The quick way for a path of names and single indexes.
    package var lookup: Lookup? { program.lookup }

    /// The value that a definite path leads to, or the array of all matches of another one.
    public func evaluate(_ root: Value) throws(PathFailure) -> Value {
        if let lookup = program.lookup {
            if let value = lookup(root) { return value }
        } else if isDefinite, let value = value(in: root) {
            return value
        }
        var evaluation = PathEvaluation(steps: steps, root: root)
        return try evaluation.result(isDefinite: isDefinite)
    }

    /// The value that the path leads to, or nil when there is none.
    ///
    /// This is what `IsPresent` asks, without the cost of saying why; a path that is not definite
    /// always has a value unless a match is broken further on.
    public func find(in root: Value) -> Value? {
        if isDefinite { return value(in: root) }
        var evaluation = PathEvaluation(steps: steps, root: root)
        return evaluation.run() ? .array(evaluation.matches) : nil
    }

    /// Follows a definite path.
    func value(in root: Value) -> Value? {
        if let lookup = program.lookup { return lookup(root) }
        var value = root
        for (place, step) in steps.enumerated() {
            if case .names = step, place < steps.count - 1 { return nil }
            guard let next = Self.child(step, of: value) else { return nil }
            value = next
        }
        return value
    }

    /// The value of a definite path, nil when nothing is there; fails if a step cannot be taken.
    func valueIfFound(in root: Value) throws(PathFailure) -> Value? {
        if let value = value(in: root) { return value }
        // A path of names alone always just finds nothing, and need not say why.
        guard program.hasIndexes else { return nil }
        do throws(PathFailure) {
            return try evaluate(root)
        } catch {
            guard error.kind.isNotFound else { throw error }
            return nil
        }
    }

    private static func child(_ step: PathStep, of value: Value) -> Value? {
        switch step {
        case .name(let key): value[key]
        case .index(let index): value[index]
        case .fromEnd(let distance): value.array.flatMap { value[$0.count - distance] }
        case .names(let keys): value.object.map { .object($0.picking(keys)) }
        default: nil
        }
    }
}

extension Path: Equatable, CustomStringConvertible {
    /// Two paths are equal when they are written alike.
    public static func == (left: Path, right: Path) -> Bool { left.text == right.text }
    /// The path as it was written.
    public var description: String { text }
}

extension ObjectValue {
    /// An object with those of the named members that exist, in the order of the names.
    func picking(_ keys: [Key]) -> ObjectValue {
        var picked: [Member] = []
        for key in keys {
            if let value = self[key] { picked.set(key, value) }
        }
        return ObjectValue(picked)
    }
}
