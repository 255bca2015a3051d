import Scheduling

/// Finding out how many children should be in flight.
extension MapRun {
    /// Begins with few children in flight and follows what `meter` measures; the limit that was set
    /// is only the bound.
    func adapt(to meter: CallMeter) {
        state.withLock { state in
            state.finder = ConcurrencyFinder(
                from: max(Self.firstConcurrency, environment.scheduler.workerCount),
                most: state.settings.limit)
            state.adaptLimit()
        }
        meter.listen { [weak self] in self?.callEnded($0, $1) }
    }

    private static let firstConcurrency = 4

    private func callEnded(_ milliseconds: Int, _ wasRefused: Bool) {
        let now = environment.scheduler.now
        let hasMoreRoom = state.withLock { state in
            let before = state.limit
            state.finder?.callEnded(
                at: now, milliseconds: milliseconds, inFlight: state.inFlight,
                wasRefused: wasRefused)
            state.adaptLimit()
            return state.limit > before
        }
        if hasMoreRoom { wakePumps() }
    }
}

extension MapRun.State {
    /// Makes the limit what the settings allow and the finder, if there is one, has found.
    mutating func adaptLimit() {
        finder?.most = settings.limit
        limit = min(settings.limit, finder?.limit ?? .max)
    }
}
