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

    func surplusAnswer(logTail: String) -> StateFault {
        invalidOutput("printed more than one line for a document", logTail: logTail)
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
