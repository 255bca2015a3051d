@preconcurrency import Dispatch
import Engine

/// Looks a few times a second whether another process asks something of the run.
final class RequestListener: Sendable {
    private let timer: any DispatchSourceTimer

    init(_ run: Run) throws {
        let clerk = try RequestClerk(run)
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "maprun.requests"))
        timer.schedule(
            deadline: .now(), repeating: .milliseconds(200), leeway: .milliseconds(20))
        timer.setEventHandler { clerk.look() }
        timer.activate()
    }

    func end() { timer.cancel() }
}
