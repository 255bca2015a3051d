import JSON
import StatesLanguage

#if canImport(Glibc)
import Glibc
#endif

/// Retry and Catch.
extension Frame {
    /// Decides what becomes of a fault of the state that runs: a retry, a catcher, or the end.
    mutating func handle(
        _ raised: StateFault, in planned: PlannedState, _ session: inout Session
    ) -> Result<Step, StateFault> {
        var fault = word(raised, in: planned, &session)
        if case .parallel = planned.state.action { fault.isOfBranch = !raised.isOfOwnFields }
        session.probe?.fault = fault
        session.raised = StateFault(error: fault.error, cause: fault.cause, origin: raised.origin)
        if session.failure == nil || planned.children.isEmpty {
            session.failure = (planned.state.name.string, visit.attempt + 1)
        }
        guard fault.isCatchable else { return .failure(fault) }
        if let delay = retryDelay(for: fault, in: planned) {
            visit.attempt += 1
            stage = .resume(.retry)
            let time = max(session.now + delay, fault.retryAfter ?? 0)
            return .success(.suspend(.retry(at: time)))
        }
        recordStateFailure(planned, &session)
        guard
            let catcher = planned.state.catchers.first(where: { fault.matches($0.errorEquals) })
        else { return .failure(fault) }
        do {
            session.failure = nil
            return .success(try caught(fault, by: catcher, in: planned, &session))
        } catch {
            let second = word(error, in: planned, &session)
            if second.isCatchable { recordStateFailure(planned, &session) }
            return .failure(second)
        }
    }

    /// Puts AWS's prefix before an interpreter's message and records a failed expression; a state
    /// that is tested alone gets the message without it.
    private mutating func word(
        _ fault: StateFault, in planned: PlannedState, _ session: inout Session
    ) -> StateFault {
        guard case .interpreter(let field) = fault.origin, session.probe == nil else {
            return fault
        }
        var worded = fault
        let name = planned.state.name.string
        worded.cause =
            "An error occurred while executing the state '\(name)' "
            + "(entered at the event id #\(session.facts.eventID(visit.enteredEvent))). "
            + (fault.cause ?? "")
        worded.origin = .task
        if fault.error == "States.QueryEvaluationError" {
            lastEvent = session.history.record(
                "EvaluationFailed", after: eventBeforeEvaluation(planned), at: session.now,
                Self.evaluationDetails(name, worded, field))
        }
        return worded
    }

    /// What a failed evaluation follows: the last event of the state or, where that has only been
    /// entered, the one before, but for Wait.
    private func eventBeforeEvaluation(_ planned: PlannedState) -> Int {
        if lastEvent != visit.enteredEvent { return lastEvent }
        if case .wait = planned.state.action { return lastEvent }
        return visit.eventBefore
    }

    private static func evaluationDetails(
        _ name: String, _ fault: StateFault, _ field: String?
    ) -> [Member] {
        var details = [
            Member("state", .string(name)), Member("error", .string(fault.error ?? "")),
            Member("cause", .string(fault.cause ?? "")),
        ]
        if let field { details.append(Member("location", .string(field))) }
        return details
    }

    private mutating func recordStateFailure(
        _ planned: PlannedState, _ session: inout Session
    ) {
        switch planned.state.action {
        case .map, .parallel:
            lastEvent = session.history.record(
                planned.events.failed, after: lastEvent, at: session.now)
        default: break
        }
    }

    /// Milliseconds until the next attempt, or nil if there is to be none.
    ///
    /// The first retrier that names the error decides, also when its attempts are used up.
    private mutating func retryDelay(for fault: StateFault, in planned: PlannedState) -> Int? {
        let retriers = planned.state.retriers
        guard let index = retriers.firstIndex(where: { fault.matches($0.errorEquals) }) else {
            return nil
        }
        if visit.retries.isEmpty { visit.retries = Array(repeating: 0, count: retriers.count) }
        let retrier = retriers[index]
        guard visit.retries[index] < retrier.maxAttempts else { return nil }
        visit.retries[index] += 1
        if retrier.intervalSeconds == 0 { return 0 }
        var seconds =
            Double(retrier.intervalSeconds)
            * pow(retrier.backoffRate, Double(visit.retries[index] - 1))
        seconds = min(seconds, Double(retrier.maxDelaySeconds ?? 99_999_999))
        if retrier.hasFullJitter { seconds = Double.random(in: 0...seconds, using: &scope.random) }
        return Int((seconds * 1000).rounded())
    }

    private mutating func caught(
        _ fault: StateFault, by catcher: Catcher, in planned: PlannedState,
        _ session: inout Session
    ) throws(StateFault) -> Step {
        let errorOutput = fault.errorOutput
        if planned.state.queryLanguage == .jsonata {
            setRawInput()
            scope.errorOutput = errorOutput
            defer { scope.errorOutput = nil }
            let assigned = try catcher.assign.evaluate(in: &scope)
            let output = try catcher.output?.evaluate(in: &scope) ?? errorOutput
            return try exit(planned, output, assigned, .next(catcher.next), &session)
        }
        setInput(errorOutput)
        let assigned = try catcher.assign.evaluate(in: &scope)
        var output = rawInput
        try catcher.resultPath.apply(errorOutput, to: &output)
        return try exit(planned, output, assigned, .next(catcher.next), &session)
    }
}

extension StateFault {
    /// Whether an `ErrorEquals` names this fault.
    func matches(_ names: [String]) -> Bool {
        names.contains { name in
            switch name {
            case "States.ALL": true
            case "States.TaskFailed": error != "States.Timeout"
            case "States.HeartbeatTimeout": error == name || origin == .heartbeat
            case "States.BranchFailed": error == name || isOfBranch
            default: error == name
            }
        }
    }

    /// Whether it comes from a field of the state that has it, and not from a task or a child, whose
    /// faults have been worded by then.
    fileprivate var isOfOwnFields: Bool {
        if case .interpreter = origin { return true }
        return false
    }

    /// What a catcher sees.
    var errorOutput: Value {
        // AWS gives an empty cause where a named error has none, as a timeout, and null for both
        // where a Fail state or a worker named no error.
        let noCause: Value = error == nil ? .null : .string("")
        return .object([
            Member("Error", error.map(Value.string) ?? .null),
            Member("Cause", cause.map(Value.string) ?? noCause),
        ])
    }
}
