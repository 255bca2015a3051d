import Journal

/// The exit codes: these and no others.
enum ExitStatus: Int32, Error, CaseIterable {
    case succeeded = 0
    case executionFailed = 1
    case usage = 2
    case machineFailed = 3
    case inUse = 4
    case interrupted = 130

    /// The code for a failure before a run has started.
    init(_ error: RunError) {
        switch error.code {
        case .inUse: self = .inUse
        case .notFound, .notSelectable: self = .usage
        default: self = .machineFailed
        }
    }

    /// What the help says of it.
    var meaning: String {
        switch self {
        case .succeeded: "done; of run and resume: the execution succeeded"
        case .executionFailed:
            "the execution failed, timed out or was aborted; tests failed; runs differ; bad rows"
        case .usage: "wrong flags, definition, bindings or input; no item was started"
        case .machineFailed: "the machine or the disk failed; the run can be resumed"
        case .inUse: "another process works on the run"
        case .interrupted: "interrupted by Ctrl-C or SIGTERM; the run can be resumed"
        }
    }

    static var table: String {
        let lines = allCases.map { status in
            let code = String(status.rawValue)
            return "  \(code)\(String(repeating: " ", count: 6 - code.count))\(status.meaning)"
        }
        return (["EXIT CODES:"] + lines).joined(separator: "\n")
    }
}
