import Engine
import StatesLanguage

/// How the failures of an instance itself are told to the workflow.
protocol FaultWording: Sendable {
    /// The program ended while it worked on the invocation.
    func ended(_ status: ExitStatus, _ id: RequestId, logTail: String) -> StateFault
    /// The program took longer than the binding allows.
    func timedOut(after seconds: Double, _ id: RequestId, logTail: String) -> StateFault
    /// The program printed what is no answer.
    func surplusAnswer(_ surplus: Surplus, logTail: String) -> StateFault
    /// The program could not be started.
    func notStarted(_ failure: StartFailure, _ id: RequestId) -> StateFault
}

/// What a program printed beyond its answers, or the beginning of it.
enum Surplus {
    /// More lines than documents, at once.
    case together(String)
    /// Before it had read its first document.
    case early(String)
    /// After an answer, before it had read the next document.
    case late(String)

    /// So much is shown in messages.
    static let longestExcerpt = 80
}

extension StateFault {
    /// For an attempt that the engine has given up; nobody looks at it.
    static let cancelled = StateFault(error: "Task.Cancelled", cause: nil)
}
