/// What is wrong with flags or input: what happened, then what to do.
struct UsageError: Error, CustomStringConvertible {
    /// The errors, each worth a line of its own.
    var messages: [String]

    init(_ messages: [String]) { self.messages = messages }

    init(_ message: String) { messages = [message] }

    var description: String { messages.joined(separator: "\n") }
}
