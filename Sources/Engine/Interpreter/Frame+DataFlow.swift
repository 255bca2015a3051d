import JSON
import Journal
import StatesLanguage

/// How data flows into a state and out of it, in both query languages.
extension Frame {
    /// The input after InputPath; in JSONata states the input itself. Also what `$` means now.
    mutating func effectiveInput(_ planned: PlannedState) throws(StateFault) -> Value {
        try setInput(planned)
        return scope.input
    }

    /// Makes the effective input what `$` means now.
    mutating func setInput(_ planned: PlannedState) throws(StateFault) {
        setRawInput()
        guard planned.state.queryLanguage == .jsonPath, !planned.state.inputPath.isWhole else {
            return
        }
        setInput(try planned.state.inputPath.apply(to: rawInput, in: scope))
    }

    /// Makes the raw input what `$` means now; mostly it is already, which saves a copy.
    mutating func setRawInput() {
        if inputIsRaw { return }
        scope.input = rawInput
        inputIsRaw = true
    }

    /// Makes another value what `$` means now.
    mutating func setInput(_ value: Value) {
        scope.input = value
        inputIsRaw = false
    }

    /// The effective input shaped by Parameters or Arguments.
    mutating func taskInput(_ planned: PlannedState) throws(StateFault) -> Value {
        try setInput(planned)
        guard let parameters = planned.parameters else { return scope.input }
        return try parameters.evaluate(in: &scope)
    }

    /// Ends a state that passes a value on without a result of its own: Wait and Succeed.
    mutating func leave(
        _ planned: PlannedState, passing effective: Value, _ session: inout Session
    ) throws(StateFault) -> Step {
        let state = planned.state
        let assigned = try state.assign.evaluate(in: &scope)
        let output =
            switch state.queryLanguage {
            case .jsonata: try state.output?.evaluate(in: &scope) ?? effective
            case .jsonPath: try state.outputPath.apply(to: effective, in: scope)
            }
        return try exit(planned, output, assigned, state.transition, &session)
    }

    /// Ends the workflow with an output that goes into the text without being made a value.
    mutating func end(
        _ planned: PlannedState, _ template: Template.Kept, _ text: OutputText
    ) throws(StateFault) -> Step {
        try setInput(planned)
        text.buffer.removeAll()
        try template.write(in: &scope, to: &text.buffer)
        text.isComplete = true
        return .end(.null)
    }

    /// Ends a state with a result: ResultSelector, ResultPath, OutputPath, or Output; and Assign.
    mutating func complete(
        _ planned: PlannedState, result: Value, _ session: inout Session
    ) throws(StateFault) -> Step {
        let state = planned.state
        if state.queryLanguage == .jsonata {
            setRawInput()
            scope.result = result
            defer { scope.result = nil }
            let assigned = try state.assign.evaluate(in: &scope)
            let output = try state.output?.evaluate(in: &scope) ?? result
            return try exit(planned, output, assigned, state.transition, &session)
        }
        setInput(result)
        let assigned = try state.assign.evaluate(in: &scope)
        let selected = try state.resultSelector?.evaluate(in: &scope) ?? result
        return try finish(planned, selected, assigned, &session)
    }

    /// ResultPath and OutputPath of a JSONPath state.
    mutating func finish(
        _ planned: PlannedState, _ result: consuming Value, _ assigned: [Member],
        _ session: inout Session
    ) throws(StateFault) -> Step {
        session.probe?.afterResultSelector = copy result
        // Let go of the other reference to the input, so that ResultPath can write in place.
        setInput(.null)
        let before: Value? = session.environment.limits == nil ? .none : rawInput
        try planned.state.resultPath.apply(result, to: &rawInput)
        session.probe?.afterResultPath = rawInput
        let path = planned.state.outputPath
        let output: Value? = path.isWhole ? .none : try path.apply(to: rawInput, in: scope)
        do throws(StateFault) {
            return try exit(planned, output, assigned, planned.state.transition, &session)
        } catch {
            // A catcher gets the input that the state was given.
            if let before { rawInput = before }
            throw error
        }
    }

    /// Sets the variables, records the exit and says where to go; without an output of its own
    /// the state passes on the raw input, as it is by then.
    mutating func exit(
        _ planned: PlannedState, _ output: Value?, _ assigned: [Member],
        _ transition: Transition, _ session: inout Session
    ) throws(StateFault) -> Step {
        try session.environment.limits?.check(
            output ?? rawInput, of: planned.state.name.string)
        for variable in assigned { scope.variables[variable.key] = variable.value }
        let name = planned.state.name
        lastEvent = session.history.record(
            planned.events.exited, after: lastEvent, at: session.now,
            Self.exitDetails(name, output ?? rawInput, assigned))
        switch transition {
        case .next(let index):
            if let output {
                rawInput = output
                inputIsRaw = false
            }
            return .next(index)
        case .end: return .end(output ?? rawInput)
        }
    }

    private static func exitDetails(
        _ name: Key, _ output: Value, _ assigned: [Member]
    ) -> [Member] {
        var details = [Member("name", .string(name.text)), Member("output", output)]
        if !assigned.isEmpty {
            var variables = ObjectValue()
            for member in assigned { variables[member.key] = member.value }
            details.append(Member("assigned", .object(variables)))
        }
        return details
    }
}
