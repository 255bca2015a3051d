import Engine
import StatesLanguage

/// Failures of commands, with the end of what they printed to standard error.
///
/// Error names: `Command.ExitStatus.<n>`, `Command.Signal.<name>`, `Command.TimedOut`,
/// `Command.InvalidOutput`, `Command.NotStarted`.
struct CommandFaults: FaultWording {
    /// The command as the binding has it, for messages.
    var command: String

    func ended(_ status: ExitStatus, _ id: RequestId, logTail: String) -> StateFault {
        switch status {
        case .exited(let code):
            return fault(
                "Command.ExitStatus.\(code)",
                "'\(command)' ended with exit status \(code) before it answered", logTail)
        case .signalled(let number):
            let name = ExitStatus.signalName(number)
            return fault("Command.Signal.\(name)", "'\(command)' was ended by \(name)", logTail)
        }
    }

    func failed(_ code: Int, logTail: String) -> StateFault {
        fault(
            "Command.ExitStatus.\(code)", "'\(command)' ended with exit status \(code)", logTail)
    }

    func timedOut(after seconds: Double, _ id: RequestId, logTail: String) -> StateFault {
        let limit = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
        return fault(
            "Command.TimedOut",
            "'\(command)' did not answer within \(limit) s and was stopped", logTail)
    }

    func surplusAnswer(_ surplus: Surplus, logTail: String) -> StateFault {
        let reason =
            switch surplus {
            case .together(let lines):
                "printed more than one line for a document: \(quoted(lines))"
            case .early(let lines):
                "printed \(quoted(lines)) before it had read a document; only answers go to "
                    + "standard output"
            case .late(let lines):
                "printed \(quoted(lines)) after its answer to an earlier document; one line is "
                    + "expected for each"
            }
        return invalidOutput(reason, logTail: logTail)
    }

    private func quoted(_ lines: String) -> String {
        let ended = lines.last?.isNewline == true ? lines.dropLast() : lines[...]
        return ended.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { "'\($0)'" }.joined(separator: ", ")
    }

    func notStarted(_ failure: StartFailure, _ id: RequestId) -> StateFault {
        StateFault(error: "Command.NotStarted", cause: failure.description)
    }

    func invalidOutput(_ reason: String, logTail: String) -> StateFault {
        fault("Command.InvalidOutput", "'\(command)' \(reason)", logTail)
    }

    private func fault(_ error: String, _ reason: String, _ logTail: String) -> StateFault {
        var tail = Substring(logTail)
        while tail.last?.isWhitespace == true { tail.removeLast() }
        return StateFault(error: error, cause: tail.isEmpty ? reason : "\(reason): \(tail)")
    }
}
