import JSON
import StatesLanguage

/// Distributed Map: evaluates the state's fields in AWS's order and hands over to a Map Run.
extension Frame {
    mutating func runDistributedMap(
        _ planned: PlannedState, _ map: MapAction, _ distribution: MapAction.Distribution,
        _ session: inout Session
    ) throws(StateFault) -> Step {
        _ = try effectiveInput(planned)
        let maxConcurrency = try map.evaluateMaxConcurrency(in: &scope)
        let items = try distributedItems(planned, map, distribution, &session)
        let request = MapRunRequest(
            parent: session.facts, state: planned.state.name.string,
            iterations: session.facts.iterations + iterations, label: distribution.label,
            path: path, sequence: sequence, plan: planned.children[0],
            executionType: distribution.executionType, items: items,
            itemSelector: map.itemSelector, scope: scope, maxConcurrency: maxConcurrency,
            toleratedFailureCount: try distribution.evaluateToleratedFailureCount(in: &scope),
            toleratedFailurePercentage:
                try distribution.evaluateToleratedFailurePercentage(in: &scope),
            batcher: try distribution.batcher?.evaluate(in: &scope),
            writer: try distribution.writer?.evaluate(in: &scope),
            usesResult: planned.state.usesResult)
        lastEvent = session.history.record(
            "MapRunStarted", after: lastEvent, at: session.now,
            [Member("mapRunArn", .string(request.childMachine.mapRunARN))])
        self.sequence += 1
        if let replayed = session.replay?.take(
            path: path, sequence: request.sequence, state: planned.state.name),
            case .mapRun(let result) = replayed.result, !request.lacksResult(result)
        {
            session.now = max(session.now, replayed.time)
            return try mapRunEnded(planned, result, &session)
        }
        return .suspend(.mapRun(request))
    }

    /// The items, or what will read them; records that the state has started, with their number.
    private mutating func distributedItems(
        _ planned: PlannedState, _ map: MapAction, _ distribution: MapAction.Distribution,
        _ session: inout Session
    ) throws(StateFault) -> MapRunRequest.Items {
        if let reader = distribution.reader {
            recordStarted(planned, length: 0, &session)
            return .reader(try reader.evaluate(in: &scope))
        }
        let value = try map.evaluateItems(in: &scope)
        let length = value.array?.count ?? value.object?.count ?? 0
        recordStarted(planned, length: length, &session)
        return .value(value)
    }

    private mutating func recordStarted(
        _ planned: PlannedState, length: Int, _ session: inout Session
    ) {
        lastEvent = session.history.record(
            planned.events.started, after: lastEvent, at: session.now,
            [Member("length", .int(length))])
    }

    mutating func mapRunEnded(
        _ planned: PlannedState, _ result: Result<Value, StateFault>, _ session: inout Session
    ) throws(StateFault) -> Step {
        switch result {
        case .success(let value):
            session.history.record("MapRunSucceeded", after: lastEvent, at: session.now)
            session.history.record(planned.events.succeeded, after: lastEvent, at: session.now)
            return try complete(planned, result: value, &session)
        case .failure(let fault):
            lastEvent = session.history.record(
                "MapRunFailed", after: lastEvent, at: session.now,
                [
                    Member("error", .string(fault.error ?? "")),
                    Member("cause", .string(fault.cause ?? "")),
                ])
            throw fault
        }
    }
}
