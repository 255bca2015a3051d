import JSON
import JSONPath

extension ValuePath {
    /// The value at a path of names into the input; nil where only the whole evaluation can tell.
    @inline(__always)
    func quickValue(in input: Value) -> Value? { inputLookup.flatMap { $0(input) } }

    /// Appends the value at a path of names into the input as JSON text; false where only the whole
    /// evaluation can tell.
    @inline(__always)
    func quickWrite(from input: UnsafePointer<Value>, to out: inout ByteBuffer) -> Bool {
        inputLookup?.write(from: input, to: &out) ?? false
    }

    /// The value at the path, or why there is none.
    public func evaluate(in scope: borrowing EvaluationScope) throws(PathFailure) -> Value {
        try evaluate(over: scope.input, in: scope)
    }

    /// The value at the path where `$` means `input`.
    public func evaluate(
        over input: Value, in scope: borrowing EvaluationScope
    ) throws(PathFailure) -> Value {
        if let inputLookup, let value = inputLookup(input) { return value }
        switch root {
        case .input: return try path.evaluate(input)
        case .context:
            if let value = shortcutValue(in: scope.context) { return value }
            return try path.evaluate(scope.context.value)
        case .variable(let name):
            guard let value = scope.variables[name] else { throw Self.unassigned(name) }
            return try path.evaluate(value)
        }
    }

    /// The value at the path, or nil: what `IsPresent` asks.
    public func find(in scope: borrowing EvaluationScope) -> Value? {
        if let inputLookup { return inputLookup(scope.input) }
        return switch root {
        case .input: path.find(in: scope.input)
        case .context: shortcutValue(in: scope.context) ?? path.find(in: scope.context.value)
        case .variable(let name): scope.variables[name].flatMap(path.find)
        }
    }

    /// The value by way of the one member that the path leads into; nil if there is none, also
    /// where only the whole path can say why.
    private func shortcutValue(in context: borrowing ContextObject) -> Value? {
        guard let shortcut else { return nil }
        switch shortcut.root {
        case .execution: return shortcut.path.find(in: context.execution)
        case .stateMachine: return shortcut.path.find(in: context.stateMachine)
        case .itemValue:
            guard let value = context.item?.value else { return nil }
            return shortcut.lookup.flatMap { $0(value) } ?? shortcut.path.find(in: value)
        case .map: return context.item.flatMap { shortcut.path.find(in: $0.map) }
        }
    }

    private static func unassigned(_ name: Key) -> PathFailure {
        PathFailure(.noResults, "No results for path: $['\(name.string)']")
    }

    /// The document that the path is evaluated on, as AWS prints it in causes.
    func document(over input: Value, in scope: borrowing EvaluationScope) -> Value {
        switch root {
        case .input: input
        case .context: scope.context.value
        case .variable: .object(scope.variables.all)
        }
    }
}

extension ValuePath {
    /// The fault of a path that is the value of a member `k.$` or of `ErrorPath`.
    func notFound(
        field: String, over input: Value, in scope: borrowing EvaluationScope
    ) -> StateFault {
        let document = document(over: input, in: scope).serialized
        return .runtime(
            "The JSONPath '\(text)' specified for the field '\(field)' could not be found in the "
                + "input '\(document)'")
    }

    /// The fault of `InputPath`, `OutputPath`, `TimeoutSecondsPath` and the like.
    func invalid(_ failure: PathFailure) -> StateFault {
        .runtime("Invalid path '\(text)' : \(failure.message)")
    }
}
