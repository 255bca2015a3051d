/// A program to start: what it is called with and where.
struct Program: Sendable {
    var path: String
    /// The arguments after the program's own name.
    var arguments: [String] = []
    var environment: [String: String] = [:]
    var directory: String?
}

/// Which of the child's descriptors carry documents, and which its log.
enum ChannelLayout: Sendable {
    /// Standard input and output carry documents, standard error is the log.
    case standardStreams
    /// Descriptors 3 and 4 carry documents; standard output and error are the log, 5 is `script`.
    case dedicated(script: Int32)
    /// No documents; standard output and error are the log.
    case logOnly
}

/// Why a program could not be started.
struct StartFailure: Error, Sendable, CustomStringConvertible {
    var description: String
    /// The system's error number.
    var code: Int32
}
