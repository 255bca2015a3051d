import Engine
import JSON
import StatesLanguage

/// Failures of a Lambda function's process, as Lambda names and words them.
struct LambdaFaults: FaultWording {
    func ended(_ status: ExitStatus, _ id: RequestId, logTail: String) -> StateFault {
        let reason =
            switch status {
            case .exited(0): "Runtime exited without providing a reason"
            case .exited(let code): "Runtime exited with error: exit status \(code)"
            case .signalled(let number):
                "Runtime exited with error: signal: \(Self.signalWord(number))"
            }
        return fault("Runtime.ExitError", reason, id)
    }

    func timedOut(after seconds: Double, _ id: RequestId, logTail: String) -> StateFault {
        fault("Sandbox.Timedout", "Task timed out after \(Self.twoDecimals(seconds)) seconds", id)
    }

    func surplusAnswer(_ surplus: Surplus, logTail: String) -> StateFault {
        StateFault(error: "Runtime.Unknown", cause: "the runtime answered more often than asked")
    }

    func notStarted(_ failure: StartFailure, _ id: RequestId) -> StateFault {
        fault("Runtime.InvalidEntrypoint", failure.description, id)
    }

    private func fault(_ type: String, _ reason: String, _ id: RequestId) -> StateFault {
        let payload: Value = [
            "errorType": .string(type),
            "errorMessage": .string("RequestId: \(id.text) Error: \(reason)"),
        ]
        return StateFault(error: type, cause: payload.serialized)
    }

    /// Lambda's sandbox is written in Go and prints Go's words for signals.
    private static func signalWord(_ number: Int) -> String {
        let words = [
            1: "hangup", 2: "interrupt", 3: "quit", 4: "illegal instruction", 6: "aborted",
            7: "bus error", 8: "floating point exception", 9: "killed", 11: "segmentation fault",
            13: "broken pipe", 14: "alarm clock", 15: "terminated",
        ]
        return words[number] ?? "signal \(number)"
    }

    private static func twoDecimals(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension StateFault {
    /// The fault for an error payload as a function's runtime reports it.
    static func function(payload: UnsafeBufferPointer<UInt8>) -> StateFault {
        let parsed = try? Value.parse(payload)
        // A payload that is not JSON is a cause all the same; it just names no error.
        let type = parsed?["errorType"]?.string
        return StateFault(
            error: type ?? "Lambda.Unknown", cause: String(decoding: payload, as: UTF8.self))
    }
}
