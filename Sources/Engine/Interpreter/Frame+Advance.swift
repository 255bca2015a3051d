import JSON
import StatesLanguage

extension Frame {
    /// Runs states until the workflow ends or has to wait for something.
    mutating func advance(_ session: inout Session) -> Progress {
        if let tracer = session.environment.tracer { return advance(&session, tracedBy: tracer) }
        let states = plan.uncounted
        while true {
            let progress = states[index].reference._withUnsafeGuaranteedRef { planned in
                turn(of: planned, &session)
            }
            if let progress { return progress }
        }
    }

    /// Runs one state; nil when the next one may follow at once.
    mutating func turn(
        of planned: PlannedState, _ session: inout Session
    ) -> Progress? {
        let taken: Step
        do throws(StateFault) {
            taken = try step(planned, &session)
        } catch {
            switch handle(error, in: planned, &session) {
            case .success(let step): taken = step
            case .failure(let fault): return .failed(fault)
            }
        }
        switch taken {
        case .next(let next):
            index = next
            stage = .enter
            visit.reset()
            session.transitions += 1
            return session.transitions < Session.transitionsPerTurn ? nil : .suspended(.turn)
        case .end(let output): return .finished(output)
        case .suspend(let suspension): return .suspended(suspension)
        }
    }

    private mutating func step(
        _ planned: PlannedState, _ session: inout Session
    ) throws(StateFault) -> Step {
        switch stage {
        case .enter:
            enter(planned, &session)
            stage = .run
            return try run(planned, &session)
        case .run: return try run(planned, &session)
        case .children:
            stage = .run
            return try runChildren(planned, &session)
        case .resume(let resumption):
            stage = .run
            return try resume(planned, resumption, &session)
        }
    }

    private mutating func enter(_ planned: PlannedState, _ session: inout Session) {
        scope.context.stateName = planned.state.name
        scope.context.enteredTime = session.now
        scope.context.retryCount = planned.canRetry ? 0 : nil
        scope.now = session.now
        visit.eventBefore = lastEvent
        let name = planned.state.name
        visit.enteredEvent = session.history.record(
            planned.events.entered, after: lastEvent, at: session.now,
            [Member("name", .string(name.text)), Member("input", rawInput)])
        lastEvent = visit.enteredEvent
    }

    private mutating func run(
        _ planned: PlannedState, _ session: inout Session
    ) throws(StateFault) -> Step {
        if let template = planned.finalTemplate, let text = session.outputText, path.isEmpty {
            return try end(planned, template, text)
        }
        if planned.isPlainPass { return try runPass(planned, .none, &session) }
        if let choice = planned.choice { return try runChoice(planned, choice, &session) }
        switch planned.state.action {
        case .pass(let result): return try runPass(planned, result, &session)
        case .choice(let choice): return try runChoice(planned, Uncounted(choice), &session)
        case .succeed: return try runSucceed(planned, &session)
        case .fail(let error, let cause): throw try failure(error: error, cause: cause)
        case .wait(let wait): return try runWait(planned, wait, &session)
        case .task(let task): return try runTask(planned, task, &session)
        case .parallel: return try runParallel(planned, &session)
        case .map(let map):
            if let distribution = map.distribution {
                return try runDistributedMap(planned, map, distribution, &session)
            }
            return try runInlineMap(planned, map, &session)
        }
    }

    private mutating func resume(
        _ planned: PlannedState, _ resumption: Resumption, _ session: inout Session
    ) throws(StateFault) -> Step {
        scope.now = session.now
        switch resumption {
        case .waited: return try leave(planned, passing: effectiveInput(planned), &session)
        case .retry: return try retry(planned, &session)
        case .task(let result, let isHeartbeatMiss):
            return try taskEnded(planned, result, isHeartbeatMiss, &session)
        case .joined(let result): return try joined(planned, result, &session)
        case .mapRun(let result): return try mapRunEnded(planned, result, &session)
        }
    }

    private mutating func retry(
        _ planned: PlannedState, _ session: inout Session
    ) throws(StateFault) -> Step {
        scope.context.retryCount = visit.attempt
        return try run(planned, &session)
    }
}
