import JSON

/// Why an expression does not compile or cannot be evaluated.
public struct JSONataError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What sort of failure it is, where a caller words them differently.
    public enum Kind: Sendable, Equatable {
        /// An error of the language, with one of its codes.
        case coded
        /// More text or more elements than the limit allows.
        case memoryLimit
        /// Too many evaluations inside one another, or an expression nested too deeply.
        case stackOverflow
        /// The time limit ran out.
        case timeout
        /// What AWS reports as an internal error, without a reason.
        case `internal`
        /// The result is a function, which no JSON value can stand for.
        case functionResult
    }

    /// The sort of failure.
    public var kind: Kind
    /// The language's code, such as `T2001`.
    public var code: String
    /// What happened, without code and place.
    public var message: String
    /// The UTF-8 offset in the expression of the token that is to blame.
    public var offset: Int
    /// The text of that token, if there is one.
    public var token: String?
    /// The value that did not fit, if there is one.
    public var value: Value?

    /// An error of the language with the message that belongs to its code.
    init(
        _ code: String, at offset: Int = -1, token: String? = nil, value: Value? = nil,
        other: Value? = nil
    ) {
        self.init(
            .coded, code, Self.message(code, token: token, value: value, other: other),
            at: offset, token: token, value: value)
    }

    /// An error with a message of its own.
    init(
        _ kind: Kind, _ code: String, _ message: String, at offset: Int = -1,
        token: String? = nil, value: Value? = nil
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.offset = offset
        self.token = token
        self.value = value
    }

    public var description: String { code.isEmpty ? message : "\(code): \(message)" }

    /// The same error at a place, if it has none yet.
    func located(at offset: Int, token: String? = nil) -> JSONataError {
        var located = self
        if located.offset < 0 { located.offset = offset }
        if located.token == nil { located.token = token }
        return located
    }

    static let tooDeep = JSONataError(
        .stackOverflow, "D1011",
        "Stack overflow error: Check for non-terminating recursive function."
            + " Consider rewriting as tail-recursive")
    static let tooSlow = JSONataError(
        .timeout, "D1012", "Expression evaluation timeout: Check for infinite loop")
    static let tooLarge = JSONataError(
        .memoryLimit, "D2015",
        "Expression evaluation memory limit exceeded: Check for excessive memory usage")
}
