import JSON

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

    /// Records that the state in which the workflow is suspended was aborted.
    func recordAborted(after event: Int, _ session: inout Session) {
        switch frame.state.state.action {
        case .task, .wait, .map, .parallel:
            session.history.record(frame.state.events.aborted, after: event, at: session.now)
        default: break
        }
    }
}
