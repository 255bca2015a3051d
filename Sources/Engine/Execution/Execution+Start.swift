import JSON
import Journal
import StatesLanguage

extension Execution {
    /// Runs an execution: to its end on this thread if nothing in it waits, else up to the first
    /// wait, after which workers go on with it.
    ///
    /// - Returns: the execution, if it waits; it keeps itself alive until it ends.
    @discardableResult
    public static func start(
        _ plan: Plan, facts: ExecutionFacts, environment: EngineEnvironment,
        replay: ReplayLog? = nil, onEnd: @escaping @Sendable (ExecutionOutcome) -> Void
    ) -> Execution? {
        switch advance(plan, facts: facts, environment: environment, replay: replay) {
        case .ended(let outcome):
            onEnd(outcome)
            return nil
        case .waits(let waiting):
            let execution = Execution(waiting, onEnd: onEnd)
            execution.begin()
            return execution
        }
    }

    /// How far an execution gets without waiting.
    enum Advanced: ~Copyable {
        case ended(ExecutionOutcome)
        case waits(WaitingExecution)
    }

    /// Runs a new execution up to its end or its first wait, on this thread. If it ends here, its
    /// output may be in the text.
    static func advance(
        _ plan: Plan, facts: ExecutionFacts, environment: EngineEnvironment,
        replay: ReplayLog? = nil, outputText: OutputText? = nil
    ) -> Advanced {
        outputText?.isComplete = false
        var session = Session(
            environment: environment, facts: facts, now: facts.startTime, replay: replay,
            outputText: outputText)
        var frame = begin(plan, &session)
        switch frame.advance(&session) {
        case .finished(let output):
            return .ended(
                ExecutionOutcome(.succeeded(output), &session, after: frame.lastEvent))
        case .failed(let fault):
            return .ended(ExecutionOutcome(.failed(fault), &session, after: frame.lastEvent))
        case .suspended(let suspension):
            session.outputText = nil
            return .waits(
                WaitingExecution(
                    frame: consume frame, suspension: suspension, session: consume session))
        }
    }

    private static func begin(_ plan: Plan, _ session: inout Session) -> Frame {
        let facts = session.facts
        session.history.record(
            "ExecutionStarted", after: 0, at: session.now,
            [Member("input", facts.input), Member("roleArn", .string(facts.machine.roleARN))])
        var scope = EvaluationScope(
            input: facts.input, variables: Variables(), context: ContextObject(source: facts),
            random: RandomSource(seed: facts.seed(for: "")), now: session.now)
        scope.limits = facts.machine.expressionLimits
        return Frame(plan: plan, input: facts.input, scope: consume scope, path: "")
    }
}

/// An execution that has come to its first wait, before it is made an object.
struct WaitingExecution: ~Copyable {
    var frame: Frame
    var suspension: Suspension
    var session: Session
}
