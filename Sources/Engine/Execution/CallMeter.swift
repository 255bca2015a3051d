import JSON
import Scheduling
import StatesLanguage
import Synchronization

/// Measures how long calls of tasks take.
final class CallMeter: Sendable {
    /// Hears how many milliseconds a call took, and whether it was refused as one too many.
    typealias Listener = @Sendable (_ milliseconds: Int, _ wasRefused: Bool) -> Void

    private let scheduler: any Scheduler
    private let listener = Mutex<Listener?>(nil)

    init(_ scheduler: any Scheduler) { self.scheduler = scheduler }

    /// Tells `listener` of each call from now on.
    func listen(_ listener: @escaping Listener) { self.listener.withLock { $0 = listener } }

    /// The same completion, measured from now on.
    func measured(_ completion: @escaping TaskCompletion) -> TaskCompletion {
        let start = scheduler.now
        return { [self] outcome in
            let listener = listener.withLock { $0 }
            listener?(scheduler.now - start, outcome.isRefusal)
            completion(outcome)
        }
    }
}

extension TaskOutcome {
    private static var refusals: Set<String> {
        [
            "States.Http.StatusCode.429", "States.Http.StatusCode.503",
            "Lambda.TooManyRequestsException",
        ]
    }

    /// Whether a service has said that it is asked too much.
    fileprivate var isRefusal: Bool {
        guard case .failure(let fault) = self, let error = fault.error else { return false }
        return fault.retryAfter != nil || Self.refusals.contains(error)
    }
}
