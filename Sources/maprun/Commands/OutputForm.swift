import ArgumentParser
import Engine
import JSON

/// `--output`: how the outcome of an execution is told.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
    /// The output alone; an error on standard error.
    case text
    /// One object with status, output, error and cause.
    case json

    /// Tells the outcome, and for one that is no success what to type next; throws its exit
    /// status.
    func report(_ outcome: ExecutionOutcome, next: String? = nil) throws {
        do {
            try write(outcome)
        } catch is Console.ReaderHasGone {
            // The exit code still tells how the execution ended.
        }
        if self == .text, outcome.status != .succeeded { Console.note(outcome.complaint) }
        guard outcome.status != .succeeded else { return }
        if let next { Console.note("run what failed again with:\n\(next)") }
        throw ExitStatus.executionFailed
    }

    private func write(_ outcome: ExecutionOutcome) throws {
        switch self {
        case .json: try Console.print(outcome.value)
        case .text: if let output = outcome.output { try Console.print(output) }
        }
    }
}

extension ExecutionOutcome {
    /// `{"status":…,"output":…,"error":…,"cause":…}`; what there is not is left out.
    var value: Value {
        var object = ObjectValue([Member("status", .string(status.rawValue))])
        object["output"] = output
        object["error"] = error.map(Value.string)
        object["cause"] = cause.map(Value.string)
        return .object(object)
    }

    /// Error, cause and state in one line.
    var complaint: String {
        let place = failedState.map { " in state '\($0)'" } ?? ""
        let what = error ?? status.rawValue
        return "execution failed\(place): \(what)" + (cause.map { ": \($0)" } ?? "")
    }
}
