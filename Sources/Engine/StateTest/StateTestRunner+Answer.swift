import JSON
import StatesLanguage

/// What TestState tells: the outcome and, above level INFO, the values in between.
extension StateTestRunner {
    private var planned: PlannedState { prepared.plan.states[prepared.plan.startAt] }

    func answer(finishedWith output: Value) -> StateTestAnswer {
        var answer = StateTestAnswer(probe.fault == nil ? .succeeded : .caughtError, probe.fault)
        answer.output = output
        if frame.index != prepared.plan.startAt { answer.nextState = frame.state.state.name.string }
        answer.inspection = inspection(retryAt: nil)
        return answer
    }

    func answer(
        _ status: StateTestAnswer.Status, _ fault: StateFault?, retryAt: Int? = nil
    ) -> StateTestAnswer {
        var answer = StateTestAnswer(status, fault)
        answer.inspection = inspection(retryAt: retryAt)
        return answer
    }

    private func inspection(retryAt: Int?) -> ObjectValue? {
        guard test.inspectionLevel != .info else { return nil }
        var values = ObjectValue()
        values["input"] = prepared.input
        switch planned.state.queryLanguage {
        case .jsonPath: addPathValues(to: &values)
        case .jsonata:
            if case .task = planned.state.action { values["afterArguments"] = probe.arguments }
        }
        if case .task = planned.state.action { values["result"] = probe.result }
        addMapValues(to: &values)
        values["request"] = probe.request
        values["response"] = probe.response
        let variables = frame.scope.variables.all
        if !variables.isEmpty { values["variables"] = .object(variables) }
        values["errorDetails"] = errorDetails(retryAt: retryAt)
        return values
    }

    /// What the paths and templates of a JSONPath state made.
    private func addPathValues(to values: inout ObjectValue) {
        values["afterResultSelector"] = probe.afterResultSelector
        values["afterResultPath"] = probe.afterResultPath
        switch planned.state.action {
        // AWS shows no input of a Pass that has a Result, nor of a mocked Parallel.
        case .pass(let literal?): values["result"] = literal
        case .parallel: break
        case .pass:
            values["afterInputPath"] = effectiveInput
            values["afterParameters"] = probe.afterResultSelector
        case .task:
            values["afterInputPath"] = effectiveInput
            values["afterParameters"] = probe.arguments
        default: values["afterInputPath"] = effectiveInput
        }
    }

    /// The input after InputPath; nil where that failed.
    private var effectiveInput: Value? {
        do {
            return try planned.state.inputPath.apply(to: prepared.input, in: frame.scope)
        } catch {
            return nil
        }
    }

    private func addMapValues(to values: inout ObjectValue) {
        guard let request = probe.mapRun else { return }
        if planned.state.queryLanguage == .jsonPath, case .value(let items) = request.items {
            values["afterItemsPath"] = items
        }
        if case .reader(let reader) = request.items, reader.itemsPointer != nil {
            values["afterItemsPointer"] = readItems(request)
        }
        if request.itemSelector != nil {
            values["afterItemSelector"] = .array(probe.itemSelections)
        }
        if request.batcher != nil { values["afterItemBatcher"] = .array(probe.batches) }
        values["maxConcurrency"] = .int(request.maxConcurrency)
        values["toleratedFailureCount"] = request.toleratedFailureCount.map(Value.int)
        values["toleratedFailurePercentage"] = request.toleratedFailurePercentage.map(Value.double)
    }

    /// Which retrier and which catcher looked at the error.
    private func errorDetails(retryAt: Int?) -> Value? {
        guard let fault = probe.fault, fault.isCatchable else { return nil }
        var details = ObjectValue()
        let state = planned.state
        if let index = state.retriers.firstIndex(where: { fault.matches($0.errorEquals) }) {
            details["retryIndex"] = .int(index)
        }
        if let retryAt {
            details["retryBackoffIntervalSeconds"] = .int((retryAt - session.now) / 1000)
        } else if let index = state.catchers.firstIndex(where: {
            fault.matches($0.errorEquals)
        }) {
            details["catchIndex"] = .int(index)
        }
        return details.members.isEmpty ? nil : .object(details)
    }
}
