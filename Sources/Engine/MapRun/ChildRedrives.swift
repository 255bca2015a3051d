import Journal

/// How often the children of a Map Run have been redriven: STANDARD ones, since EXPRESS ones start
/// again.
final class ChildRedrives: Sendable {
    private let state: MapRunState
    /// When the execution was redriven last, in milliseconds since 1970.
    private let time: Int

    /// Nil where none has been.
    init?(_ request: MapRunRequest, _ state: MapRunState) {
        guard request.executionType == .standard, state.redriveCount > 0,
            let time = request.parent.redrives?.time
        else { return nil }
        self.state = state
        self.time = time
    }

    func count(of item: Int) -> Int { state.redriveCount(of: item) }

    /// What a child that runs once more is told of it.
    func redrives(of item: Int) -> ExecutionFacts.Redrives? {
        let count = count(of: item)
        return count > 0 ? ExecutionFacts.Redrives(count: count, time: time) : nil
    }
}
