import Synchronization

/// The ids of events of an execution that has been redriven: where a message names one it is that
/// of the history, which earlier attempts are part of. They are gone through when somebody asks.
final class EventNumbers: Sendable {
    private let replay: HistoryReplay
    private let found = Mutex<RedrivenHistory.Numbers?>(nil)

    init(_ replay: HistoryReplay) { self.replay = replay }

    /// The id in the history of an event that has this one since the redrive.
    func id(of event: Int) -> Int {
        found.withLock { found in
            // A history that cannot be shown has no ids; what is said of the state stays true.
            if found == nil { found = try? replay.numbers() }
            return found?.id(of: event) ?? event
        }
    }
}
