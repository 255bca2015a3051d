import Scheduling

/// What has to be undone when a suspended workflow is given up.
struct ArmedWait {
    var timers: [TimerToken] = []
    var cancellation: TaskCancellation?
    /// Leaves to call; given back when the call has ended.
    var tickets: [CallTicket] = []
    /// When the task is given up, in milliseconds since 1970.
    var deadline: Int?

    mutating func disarm() {
        for timer in timers { timer.cancel() }
        timers.removeAll()
        for ticket in tickets { ticket.giveBack() }
        tickets.removeAll()
        cancellation = nil
        deadline = nil
    }

    mutating func giveUp() {
        cancellation?()
        disarm()
    }
}
