import JSON
import StatesLanguage

/// The states that never suspend, and Wait.
extension Frame {
    mutating func runPass(
        _ planned: PlannedState, _ literal: Value?, _ session: inout Session
    ) throws(StateFault) -> Step {
        let state = planned.state
        if state.queryLanguage == .jsonata {
            return try leave(planned, passing: effectiveInput(planned), &session)
        }
        let result = try passed(planned, literal)
        if state.assign.isEmpty { return try finish(planned, result, [], &session) }
        setInput(result)
        let assigned = try state.assign.evaluate(in: &scope)
        return try finish(planned, result, assigned, &session)
    }

    /// The result of a Pass state in JSONPath. `Parameters` are evaluated even if `Result` takes
    /// their place: they may fail.
    private mutating func passed(
        _ planned: PlannedState, _ literal: Value?
    ) throws(StateFault) -> Value {
        guard let literal else { return try taskInput(planned) }
        if planned.parameters == nil { try setInput(planned) } else { _ = try taskInput(planned) }
        return literal
    }

    mutating func runChoice(
        _ planned: PlannedState, _ choice: Uncounted<ChoiceAction>, _ session: inout Session
    ) throws(StateFault) -> Step {
        try choice.reference._withUnsafeGuaranteedRef { choice -> Result<Step, StateFault> in
            do throws(StateFault) {
                return .success(try run(choice, of: planned, &session))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private mutating func run(
        _ choice: ChoiceAction, of planned: PlannedState, _ session: inout Session
    ) throws(StateFault) -> Step {
        try setInput(planned)
        if let index = try choice.match(in: &scope) {
            if let next = choice.plainNexts[index] {
                return try choose(planned, next, [], nil, &session)
            }
            let rule = choice.rules[index]
            return try choose(planned, rule.next, rule.assign, rule.output, &session)
        }
        guard let next = choice.defaultNext else {
            throw .runtime(
                "Failed to transition out of the state. "
                    + "The state does not point to a next state.")
        }
        if planned.passesOn { return try choose(planned, next, [], nil, &session) }
        return try choose(
            planned, next, planned.state.assign, planned.state.output, &session)
    }

    private mutating func choose(
        _ planned: PlannedState, _ next: Int, _ assign: [TemplateMember],
        _ template: Template?, _ session: inout Session
    ) throws(StateFault) -> Step {
        let assigned = try assign.evaluate(in: &scope)
        if inputIsRaw, template == nil, planned.state.outputPath.isWhole {
            return try exit(planned, .none, assigned, .next(next), &session)
        }
        let output =
            switch planned.state.queryLanguage {
            case .jsonata: try template?.evaluate(in: &scope) ?? scope.input
            case .jsonPath: try planned.state.outputPath.apply(to: scope.input, in: scope)
            }
        return try exit(planned, output, assigned, .next(next), &session)
    }

    mutating func runSucceed(
        _ planned: PlannedState, _ session: inout Session
    ) throws(StateFault) -> Step {
        try leave(planned, passing: effectiveInput(planned), &session)
    }

    /// The fault that a Fail state raises.
    mutating func failure(
        error: Setting?, cause: Setting?
    ) throws(StateFault) -> StateFault {
        setRawInput()
        return StateFault(
            error: try error?.evaluateString("Error", in: &scope),
            cause: try cause?.evaluateString("Cause", in: &scope))
    }

    mutating func runWait(
        _ planned: PlannedState, _ wait: WaitAction, _ session: inout Session
    ) throws(StateFault) -> Step {
        let effective = try effectiveInput(planned)
        let sequence = sequence
        self.sequence += 1
        if let replayed = session.replay?.take(
            path: path, sequence: sequence, state: planned.state.name)
        {
            session.now = max(session.now, replayed.time)
            if case .wait(let until) = replayed.result {
                return until <= session.environment.scheduler.now
                    ? try waited(planned, effective, until, &session)
                    : .suspend(.wait(until: until))
            }
        }
        if let rehearsal = session.environment.rehearsal,
            let recorded = rehearsal.take(
                path: path, sequence: sequence, state: planned.state.name),
            case .wait(let until) = recorded.result
        {
            return .suspend(.wait(until: until))
        }
        session.endReplayedTime()
        let until = try wait.deadline(in: &scope, now: session.now)
        guard until > session.now else { return try leave(planned, passing: effective, &session) }
        session.environment.checkpoints?.append(
            ReplayedEvent(
                time: session.now, state: planned.state.name.string, result: .wait(until: until)),
            of: session.facts, path: path, sequence: sequence)
        return .suspend(.wait(until: until))
    }

    private mutating func waited(
        _ planned: PlannedState, _ effective: Value, _ until: Int, _ session: inout Session
    ) throws(StateFault) -> Step {
        session.now = until
        return try leave(planned, passing: effective, &session)
    }
}
