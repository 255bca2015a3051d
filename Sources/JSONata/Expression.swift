import JSON

/// A compiled expression: made once, evaluated any number of times from any thread.
///
/// ```swift
/// let total = try Expression("$sum(order.lines.(price * quantity))")
/// let result = try total.evaluate(record)
/// ```
public struct Expression: Sendable {
    /// The text it was compiled from.
    public let text: String
    /// The variables that the caller has to supply, without `$`, in the order of `variables`.
    public let freeVariables: [String]
    /// What the expression refers to: for checks before it runs.
    public let references: References

    private let node: Node
    private let uncounted: Uncounted<Node>
    private let frame: FrameLayout

    /// Compiles an expression; errors of its syntax have codes beginning with S.
    public init(
        _ text: String, options: CompileOptions = CompileOptions()
    ) throws(JSONataError) {
        self.text = text
        do {
            let (tree, newer, program) = try NativeStack.begin {
                var parser = try Parser(text)
                let raw = try parser.parse()
                let tree = try PathBuilder.build(raw)
                return (tree, parser.newerOperators, try Compiler.compile(tree, options: options))
            }
            references = References(of: tree, newerOperators: newer, options: options)
            node = program.node
            uncounted = Uncounted(program.node)
            frame = program.frame
            freeVariables = program.freeVariables
        } catch let error as JSONataError {
            throw error
        } catch {
            throw JSONataError(.coded, "S0500", "\(error)")
        }
    }

    /// Evaluates the expression over an input document, or none.
    ///
    /// - Parameters:
    ///   - input: the input document, nil for none.
    ///   - variables: values parallel to `freeVariables`; nil or missing ones are undefined.
    ///   - environment: time, randomness and limits.
    /// - Returns: the result, nil for undefined.
    public func evaluate(
        _ input: Value?, variables: [Value?] = [], environment: Environment = Environment()
    ) throws(JSONataError) -> Value? {
        try variables.withUnsafeBufferPointer { variables throws(JSONataError) in
            try evaluate(input, with: variables, environment)
        }
    }

    /// The same with variables that lie somewhere already.
    package func evaluate(
        _ input: Value?, with variables: UnsafeBufferPointer<Value?>, _ environment: Environment
    ) throws(JSONataError) -> Value? {
        do {
            return try NativeStack.begin { try run(Item(input), variables, environment) }
        } catch let error as JSONataError {
            throw error
        } catch {
            throw JSONataError(.coded, "D1011", "\(error)")
        }
    }

    private func run(
        _ input: Item, _ variables: UnsafeBufferPointer<Value?>, _ environment: Environment
    ) throws -> Value? {
        guard frame.count > 0 else {
            return try run(input, variables, environment, in: Frame.empty)
        }
        let made = Frame.make(count: frame.count, parent: nil)
        defer { withExtendedLifetime(made) {} }
        return try run(input, variables, environment, in: .passUnretained(made))
    }

    private func run(
        _ input: Item, _ variables: UnsafeBufferPointer<Value?>, _ environment: Environment,
        in frame: Unmanaged<Frame>
    ) throws -> Value? {
        try withUnsafePointer(to: environment) { environment in
            var machine = Machine(
                frame: frame, root: input, variables: variables, environment: environment)
            return try run(input, &machine)
        }
    }

    @inline(__always)
    private func run(_ input: Item, _ machine: inout Machine) throws -> Value? {
        let context: Item =
            input.isArray
            ? .list([input], ListInfo(flags: [.sequence, .wrapper], depth: 1)) : input
        defer { machine.forgetFrames() }
        let result = try uncounted.evaluate(context, &machine)
        if case .function = result {
            throw JSONataError(.functionResult, "", "the result is a function")
        }
        return result.value()
    }

    /// Evaluates the expression inside another evaluation: `$eval`.
    func evaluate(inside machine: inout Machine, _ input: Item) throws -> Item {
        let outer = machine.bindings
        defer { machine.bindings = outer }
        machine.bindings = nil
        return try machine.with(Frame.make(count: frame.count, parent: nil)) { machine in
            try machine.descend(1) { try node.evaluate(input, &$0) }
        }
    }
}

/// What a compiled expression may use.
public struct CompileOptions: Sendable, Equatable {
    /// Whether `$eval` exists.
    public var allowsEval: Bool
    /// Whether the functions exist that the States Language adds: `$partition`, `$range`,
    /// `$hash`, `$uuid`, `$parse`, and `$random` with a seed.
    public var statesLanguage: Bool
    /// Variables that the caller may supply although the library has functions of these names;
    /// the function is meant as long as the variable has no value.
    public var variables: Set<String> = []
    /// Members of the caller's variables that the caller supplies by themselves, each by the name
    /// `variable.member`: where nothing but such a member is read, the variable need not be made.
    public var separateMembers: [String: Set<String>] = [:]

    /// Options; without arguments those of the States Language.
    public init(statesLanguage: Bool = true, allowsEval: Bool = false) {
        self.statesLanguage = statesLanguage
        self.allowsEval = allowsEval
    }
}
