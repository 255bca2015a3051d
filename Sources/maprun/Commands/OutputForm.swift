import ArgumentParser
import Engine
import JSON
import Tasks

/// `--output`: how the outcome of an execution is told.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
    /// The output alone; an error on standard error.
    case text
    /// One object with status, output, error and cause.
    case json

    /// Tells the outcome, and for one that is no success what to type next, which `command` makes
    /// of a verb; throws its exit status.
    func report(_ outcome: ExecutionOutcome, next command: ((String) -> String)? = nil) throws {
        do {
            try write(outcome)
        } catch is Console.ReaderHasGone {
            // The exit code still tells how the execution ended.
        }
        if self == .text, outcome.status != .succeeded { Console.note(outcome.complaint) }
        guard outcome.status != .succeeded else { return }
        if let command {
            switch outcome.error {
            case "States.ItemReaderFailed":
                Console.note("once the input is mended, go on with:\n" + command("resume"))
            case Run.refusedSelection: Console.note(SelectionNote.text(command("resume")))
            default: Console.note("run what failed again with:\n" + command("redrive"))
            }
        }
        throw ExitStatus.executionFailed
    }

    /// Does what a command that runs items is for; if that is refused it is told on standard output,
    /// too.
    func refusing(_ body: () throws -> Void) throws {
        Signals.endAtOnce()
        do {
            try body()
        } catch let error as UsageError where self == .json {
            try Self.refuse("ValidationException", error.description)
            throw error
        } catch let error as BindingsError where self == .json {
            try Self.refuse("ValidationException", error.description)
            throw error
        } catch let error as Definition.Refused where self == .json {
            try Console.print(error.value)
            throw error
        }
    }

    /// Tells on standard output that nothing was run.
    static func refuse(_ error: String, _ cause: String) throws {
        try Console.print([
            "status": "REFUSED", "error": .string(error), "cause": .string(cause),
        ])
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
