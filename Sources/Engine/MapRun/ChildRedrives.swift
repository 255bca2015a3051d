import Journal

/// How often the children of a Map Run have been redriven: STANDARD ones, since EXPRESS ones start
/// again.
final class ChildRedrives: Sendable {
    private let state: MapRunState
    /// When the execution was redriven last, in milliseconds since 1970.
    private let time: Int
    private let numbers: ChildEventNumbers?

    /// Nil where none has been. With `numbers` messages name events of whole histories.
    init?(
        _ request: MapRunRequest, _ state: MapRunState, numbers: ChildEventNumbers? = nil
    ) {
        guard request.executionType == .standard, state.redriveCount > 0,
            let time = request.parent.redrives?.time
        else { return nil }
        self.state = state
        self.time = time
        self.numbers = numbers
    }

    func count(of item: Int) -> Int { state.redriveCount(of: item) }

    /// What a child that runs once more is told of it.
    func redrives(of item: Int) -> ExecutionFacts.Redrives? {
        let count = count(of: item)
        guard count > 0 else { return nil }
        var redrives = ExecutionFacts.Redrives(count: count, time: time)
        if let numbers {
            redrives.eventID = { event, facts in numbers.id(of: event, in: facts) }
        }
        return redrives
    }
}
