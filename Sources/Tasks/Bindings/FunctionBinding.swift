/// What a function name stands for on this machine.
public struct FunctionBinding: Sendable, Hashable {
    /// The function's name, without ARN and alias.
    public var name: String
    /// How it is carried out.
    public var work: Work
    /// The folder it runs in, absolute.
    public var directory: String
    /// Variables on top of this process's environment.
    public var environment: [String: String] = [:]
    /// Seconds one invocation may take.
    public var timeout: Double = Self.defaultTimeout
    /// How many processes run at the same time, at most.
    public var concurrency: Int
    /// What the function is told about its memory, in MB; nothing is enforced.
    public var memory: Int = 128
    /// Whether a `mode: lines` command gets `{"idempotencyKey": …, "input": …}` a line.
    public var hasEnvelope = false
    /// How many calls a warm Python process is sent before it answers the first; nil for as many as
    /// its pace suggests.
    public var depth: Int?
    /// The name of the processes that it shares with other Python handlers; nil for its own.
    public var pool: String?
    /// Seconds between asking a process to end and killing it.
    public var grace: Double = 2

    /// How many documents a `mode: lines` command is sent before it answers the first: with more
    /// than one a line too many would be taken for the answer of the next.
    public static let defaultDepth = 1

    /// Lambda's longest timeout.
    public static let defaultTimeout: Double = 900

    /// How a function is carried out.
    public enum Work: Sendable, Hashable {
        /// A Python function `file.function`, kept warm by this program's own bootstrap.
        case python(handler: String, interpreter: String)
        /// A program that asks for its events over the Lambda Runtime API.
        case runtimeAPI(program: [String], handler: String)
        /// A program started for each item: JSON on standard input, JSON on standard output.
        case command([String])
        /// A program kept running: a JSON document a line in, one a line out.
        case lines([String], depth: Int)
    }

    /// What all functions of its pool have in common; of a function without a pool itself.
    var shared: FunctionBinding {
        guard let pool, case .python(_, let interpreter) = work else { return self }
        var shared = self
        shared.name = pool
        shared.work = .python(handler: "", interpreter: interpreter)
        return shared
    }

    /// A binding.
    public init(name: String, work: Work, directory: String, concurrency: Int) {
        self.name = name
        self.work = work
        self.directory = directory
        self.concurrency = concurrency
    }
}

extension FunctionBinding {
    /// The keys of `maprun.yaml` by which the processes of two functions differ.
    func differences(from other: FunctionBinding) -> [String] {
        [
            ("runtime", shared.work != other.shared.work),
            ("directory", directory != other.directory),
            ("environment", environment != other.environment),
            ("timeout", timeout != other.timeout),
            ("concurrency", concurrency != other.concurrency),
            ("memory", memory != other.memory),
            ("depth", depth != other.depth),
            ("grace", grace != other.grace),
        ].filter(\.1).map(\.0)
    }
}
