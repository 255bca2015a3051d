import JSON
import StatesLanguage

extension FrameBox {
    /// Cancels what the workflow and everything in it waits for; tells how many tasks that were.
    @discardableResult
    func giveUp() -> Int {
        generation += 1
        wait.giveUp()
        var tasks = holdsTask ? 1 : 0
        holdsTask = false
        guard let children = frame.join?.running.values else { return tasks }
        frame.join = nil
        for child in children { tasks += child.giveUp() }
        return tasks
    }

    /// Records that the task timed out, if its time is up at this very moment: AWS notes all
    /// that time out together before it ends the state that they belong to.
    func recordTimeout(after event: Int, _ session: inout Session) {
        guard let deadline = wait.deadline, deadline <= session.now else { return }
        session.history.record(
            frame.state.service.prefix + "TimedOut", after: event, at: session.now,
            [Member("error", "States.Timeout")])
    }

    /// Records that the workflow was aborted: first what runs in its state, then the state. The events
    /// follow the last one of each workflow, unless they are to follow another.
    func recordAborted(after event: Int? = nil, _ session: inout Session) {
        let planned = frame.state
        let last = event ?? frame.lastEvent
        for child in children {
            if case .map = planned.state.action {
                session.history.record(
                    "MapIterationAborted", after: event ?? child.frame.lastEvent, at: session.now,
                    [
                        Member("name", .string(planned.state.name.text)),
                        Member("index", .int(child.slot)),
                    ])
            }
            child.recordAborted(after: event, &session)
        }
        switch planned.state.action {
        case .task, .wait, .parallel: break
        case .map(let map):
            if map.distribution != nil, !isBetweenAttempts {
                session.history.record("MapRunAborted", after: last, at: session.now)
            }
        default: return
        }
        session.history.record(planned.events.aborted, after: last, at: session.now)
    }

    /// What runs in its state, in order.
    var children: [FrameBox] {
        frame.join?.running.values.sorted { $0.slot < $1.slot } ?? []
    }

    private var isBetweenAttempts: Bool {
        if case .resume(.retry) = frame.stage { return true }
        return false
    }
}
