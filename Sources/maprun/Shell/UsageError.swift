/// What is wrong with flags or input: what happened, then what to do.
struct UsageError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
