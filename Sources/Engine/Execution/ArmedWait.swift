import Scheduling

/// What has to be undone when a suspended workflow is given up.
struct ArmedWait {
    var timers: [TimerToken] = []
    var cancellation: TaskCancellation?

    mutating func disarm() {
        for timer in timers { timer.cancel() }
        timers.removeAll()
        cancellation = nil
    }

    mutating func giveUp() {
        cancellation?()
        disarm()
    }
}
