import Engine
import StatesLanguage

/// How the failures of an instance itself are told to the workflow.
protocol FaultWording: Sendable {
    /// The program ended while it worked on the invocation.
    func ended(_ status: ExitStatus, _ id: RequestId, logTail: String) -> StateFault
    /// The program took longer than the binding allows.
    func timedOut(after seconds: Double, _ id: RequestId, logTail: String) -> StateFault
    /// The program answered more often than it was asked.
    func surplusAnswer(logTail: String) -> StateFault
    /// The program could not be started.
    func notStarted(_ failure: StartFailure, _ id: RequestId) -> StateFault
}

extension StateFault {
    /// For an attempt that the engine has given up; nobody looks at it.
    static let cancelled = StateFault(error: "Task.Cancelled", cause: nil)
}
