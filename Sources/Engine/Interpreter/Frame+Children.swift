import JSON
import StatesLanguage

/// Parallel and inline Map: workflows within the workflow.
extension Frame {
    mutating func runParallel(
        _ planned: PlannedState, _ session: inout Session
    ) throws(StateFault) -> Step {
        let input = try taskInput(planned)
        lastEvent = session.history.record(
            planned.events.started, after: lastEvent, at: session.now)
        join = Join(
            input: input, count: planned.children.count, limit: .max, origin: nextOrigin(),
            startedEvent: lastEvent)
        return try runChildren(planned, &session)
    }

    mutating func runInlineMap(
        _ planned: PlannedState, _ map: MapAction, _ session: inout Session
    ) throws(StateFault) -> Step {
        let input = try effectiveInput(planned)
        let items = try map.evaluateItems(in: &scope).array?.elements ?? []
        let limit = try map.evaluateMaxConcurrency(in: &scope)
        lastEvent = session.history.record(
            planned.events.started, after: lastEvent, at: session.now,
            [Member("length", .int(items.count))])
        var join = Join(
            input: input, count: items.count,
            limit: limit == 0 ? MapAction.inlineConcurrency : limit,
            origin: nextOrigin(), startedEvent: lastEvent)
        join.items = items
        self.join = join
        return try runChildren(planned, &session)
    }

    private mutating func nextOrigin() -> Int {
        defer { sequence += 1 }
        return sequence
    }

    /// Starts children while there is room, runs each as far as it goes, and completes the state
    /// if all have ended.
    mutating func runChildren(
        _ planned: PlannedState, _ session: inout Session
    ) throws(StateFault) -> Step {
        while let slot = nextSlot() {
            var child = try makeChild(planned, slot, &session)
            let progress = child.advance(&session)
            switch progress {
            case .finished(let output): childFinished(planned, slot, output, child, &session)
            case .failed(let fault): throw childFailed(planned, slot, fault, child, &session)
            case .suspended(let suspension):
                join?.running[slot] = FrameBox(child, pending: suspension, slot: slot)
            }
        }
        guard let join, join.isComplete else { return .suspend(.children) }
        return try joined(planned, .success(join.results.compactMap { $0 }), &session)
    }

    private mutating func nextSlot() -> Int? {
        guard let current = join, current.next < current.results.count,
            current.running.count < current.limit
        else { return nil }
        join?.next += 1
        return current.next
    }

    private mutating func makeChild(
        _ planned: PlannedState, _ slot: Int, _ session: inout Session
    ) throws(StateFault) -> Frame {
        guard let join else { preconditionFailure("children without a join") }
        let childPath = path.isEmpty ? "\(join.origin).\(slot)" : "\(path)/\(join.origin).\(slot)"
        var childScope = scope
        childScope.random = RandomSource(seed: session.facts.seed(for: childPath))
        childScope.context.retryCount = nil
        guard case .map(let map) = planned.state.action else {
            var child = Frame(
                plan: planned.children[slot], input: join.input, scope: childScope,
                path: childPath)
            child.lastEvent = join.startedEvent
            child.iterations = iterations
            return child
        }
        let item = join.items[slot]
        childScope.context.item = MapItem(index: slot, value: item)
        let name = planned.state.name
        let started = session.history.record(
            "MapIterationStarted",
            after: join.limit == 1 ? join.lastChildEvent : join.startedEvent, at: session.now,
            [Member("name", .string(name.text)), Member("index", .int(slot))])
        let input = try iterationInput(map, item, join.input)
        var child = Frame(
            plan: planned.children[0], input: input, scope: childScope, path: childPath)
        child.lastEvent = started
        child.iterations = iterations + [(name.string, slot)]
        return child
    }

    private mutating func iterationInput(
        _ map: MapAction, _ item: Value, _ input: Value
    ) throws(StateFault) -> Value {
        guard let selector = map.itemSelector else { return item }
        let index = (join?.next ?? 1) - 1
        let outer = scope.context.item
        scope.context.item = MapItem(index: index, value: item)
        defer { scope.context.item = outer }
        setInput(input)
        return try selector.evaluate(in: &scope)
    }

    /// Notes a child's end; called also for one that was suspended.
    mutating func childFinished(
        _ planned: PlannedState, _ slot: Int, _ output: Value, _ child: Frame,
        _ session: inout Session
    ) {
        join?.running[slot] = nil
        join?.results[slot] = output
        join?.lastChildEvent = child.lastEvent
        // The next iteration follows the last state of this one, what follows the Map its end.
        lastEvent =
            recordIteration(planned, slot, "Succeeded", after: child.lastEvent, &session)
            ?? child.lastEvent
    }

    /// Notes that a child failed, gives the others up and returns the fault of the state.
    mutating func childFailed(
        _ planned: PlannedState, _ slot: Int, _ fault: StateFault, _ child: Frame,
        _ session: inout Session
    ) -> StateFault {
        join?.running[slot] = nil
        lastEvent = child.lastEvent
        let others = join?.running.values.sorted { $0.slot < $1.slot } ?? []
        join = nil
        guard fault.isCatchable else {
            for other in others { session.releasedTasks += other.giveUp() }
            return fault
        }
        for other in others { other.recordTimeout(after: child.lastEvent, &session) }
        recordIteration(planned, slot, "Failed", after: child.lastEvent, &session)
        if case .task = child.state.state.action {
            session.history.record(
                child.state.events.aborted, after: child.lastEvent, at: session.now)
        }
        for other in others {
            recordIteration(planned, other.slot, "Aborted", after: child.lastEvent, &session)
            other.recordAborted(after: child.lastEvent, &session)
            session.releasedTasks += other.giveUp()
        }
        return fault
    }

    @discardableResult
    private func recordIteration(
        _ planned: PlannedState, _ slot: Int, _ end: String, after event: Int,
        _ session: inout Session
    ) -> Int? {
        guard case .map = planned.state.action else { return nil }
        return session.history.record(
            "MapIteration" + end, after: event, at: session.now,
            [Member("name", .string(planned.state.name.text)), Member("index", .int(slot))])
    }

    /// Completes a Parallel or inline Map, or raises the fault of the child that failed.
    mutating func joined(
        _ planned: PlannedState, _ result: Result<[Value], StateFault>,
        _ session: inout Session
    ) throws(StateFault) -> Step {
        join = nil
        let results = try result.get()
        session.history.record(planned.events.succeeded, after: lastEvent, at: session.now)
        return try complete(planned, result: .array(results), &session)
    }
}

extension MapAction {
    /// AWS runs at most so many iterations of an inline Map at a time unless told a number.
    static let inlineConcurrency = 40
}
