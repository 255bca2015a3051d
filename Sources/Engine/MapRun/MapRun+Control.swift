import Journal
import StatesLanguage

/// What is asked of a Map Run from outside, and what it tells.
extension MapRun {
    /// Changes concurrency and tolerance; `written` is called once a resume would keep that. False
    /// if the Map Run is at its end. A tolerance that is exceeded by now ends it.
    func update(
        _ update: MapRunUpdate, written: @escaping @Sendable () -> Void
    ) -> Bool {
        let isExceeded = state.withLock { state -> Bool? in
            guard !state.hasEnded, state.stop == nil, !state.isDraining else { return nil }
            // Under the lock, as the journal is closed soon after `hasEnded` or `isDraining` is set.
            storage.note(update, written: written)
            return state.take(update, total: state.judgedTotal(request))
        }
        guard let isExceeded else { return false }
        if isExceeded { stop(.failed(Self.thresholdExceeded)) }
        wakePumps()
        return true
    }

    /// Takes over what earlier processes were told, but for the concurrency where this process was
    /// given another.
    func recover(updates recovered: MapRunState, insistsOnConcurrency: Bool) {
        var update = recovered.update
        if insistsOnConcurrency { update.maxConcurrency = nil }
        guard !update.isEmpty else { return }
        let isExceeded = state.withLock { $0.take(update, total: recovered.total) }
        if isExceeded { stop(.failed(Self.thresholdExceeded)) }
    }

    /// How far it has come at this moment.
    func progress(name: String) -> MapRunProgress {
        let written = storage.resultsWritten
        let machine = machine.machine
        let fractionRead = fractionRead
        let waiting = feedBox.withLock { $0 }?.waiting ?? []
        let ready = waiting.reduce(0) { $0 + count(of: $1) }
        return state.withLock { state in
            var children = state.children
            var items = state.items
            children.running = state.inFlight
            items.running = state.inFlight + batchedInFlight.load(ordering: .relaxed)
            if let total = items.total, total == items.ended { children.total = children.ended }
            // How many items a batch has shows when it has been made.
            if let total = children.total, total == children.ended {
                items.total = items.total ?? items.ended
            }
            if request.batcher == nil { items.total = items.total ?? children.total }
            children.resultsWritten = written.children
            items.resultsWritten = written.items
            // Items run in order, so those that a redrive reopened come before those never started.
            let begun = children.ended - state.endedBefore + children.running
            let pendingRedrive = max(0, state.reopened - begun)
            children.pendingRedrive = pendingRedrive
            items.pendingRedrive =
                request.batcher == nil || pendingRedrive == 0 ? pendingRedrive : nil
            let ended = storage.splits == nil ? children.ended : items.ended
            return MapRunProgress(
                name: name, children: children, items: items, settings: state.settings,
                adaptiveConcurrency: state.finder == nil ? nil : state.limit,
                redriveCount: state.redriveCount, arn: machine.mapRunARN,
                phase: state.phase, stopTime: state.stopTime, fractionRead: fractionRead,
                fractionDone: fractionRead.flatMap { fraction in
                    let read = state.seen + ready
                    return read > 0 ? min(1, fraction * Double(ended) / Double(read)) : nil
                })
        }
    }
}

extension MapRun.State {
    /// Takes settings over; tells whether more has failed than is tolerated now.
    mutating func take(_ update: MapRunUpdate, total: Int?) -> Bool {
        settings.merge(update)
        adaptLimit()
        tolerance = Tolerance(settings)
        return tolerance.isExceeded(failed: items.unsuccessful, total: total)
    }

    /// How many children may be in flight now.
    var room: Int { suspects.isEmpty ? limit : 1 }

    /// The number of items that a percentage is one of; nil while it is not known.
    func judgedTotal(_ request: MapRunRequest) -> Int? {
        isSealed && request.batcher == nil ? seen : nil
    }

    var phase: MapRunProgress.Phase {
        guard hasEnded, let end else { return .running }
        return end.phase
    }
}

extension MapRunUpdate {
    /// How many children may be in flight.
    var limit: Int {
        guard let maxConcurrency, maxConcurrency > 0 else { return MapRun.defaultConcurrency }
        return maxConcurrency
    }
}

extension Tolerance {
    init(_ settings: MapRunUpdate) {
        self.init(
            count: settings.toleratedFailureCount,
            percentage: settings.toleratedFailurePercentage)
    }
}

extension StateFault {
    /// What executions are stopped with that somebody has given up: it has neither name nor cause.
    static let aborted = StateFault(error: nil, cause: nil, origin: .service)
}
