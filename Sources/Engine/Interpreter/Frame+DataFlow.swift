import JSON
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
        scope.input = rawInput
        guard planned.state.queryLanguage == .jsonPath else { return }
        if case .whole = planned.state.inputPath { return }
        scope.input = try planned.state.inputPath.apply(to: rawInput, in: scope)
    }

    /// The effective input shaped by Parameters or Arguments.
    mutating func taskInput(_ planned: PlannedState) throws(StateFault) -> Value {
        try setInput(planned)
        guard let parameters = planned.state.parameters else { return scope.input }
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

    /// Ends a state with a result: ResultSelector, ResultPath, OutputPath, or Output; and Assign.
    mutating func complete(
        _ planned: PlannedState, result: Value, _ session: inout Session
    ) throws(StateFault) -> Step {
        let state = planned.state
        if state.queryLanguage == .jsonata {
            scope.input = rawInput
            scope.result = result
            defer { scope.result = nil }
            let assigned = try state.assign.evaluate(in: &scope)
            let output = try state.output?.evaluate(in: &scope) ?? result
            return try exit(planned, output, assigned, state.transition, &session)
        }
        scope.input = result
        let assigned = try state.assign.evaluate(in: &scope)
        let selected = try state.resultSelector?.evaluate(in: &scope) ?? result
        return try finish(planned, selected, assigned, &session)
    }

    /// ResultPath and OutputPath of a JSONPath state.
    mutating func finish(
        _ planned: PlannedState, _ result: Value, _ assigned: [Member],
        _ session: inout Session
    ) throws(StateFault) -> Step {
        session.probe?.afterResultSelector = result
        // Let go of the other references to the input, so that ResultPath can write in place.
        scope.input = .null
        var output = rawInput
        rawInput = .null
        do throws(StateFault) {
            try planned.state.resultPath.apply(result, to: &output)
        } catch {
            rawInput = output
            throw error
        }
        session.probe?.afterResultPath = output
        if case .whole = planned.state.outputPath {
            return try exit(planned, output, assigned, planned.state.transition, &session)
        }
        rawInput = output
        let final = try planned.state.outputPath.apply(to: output, in: scope)
        return try exit(planned, final, assigned, planned.state.transition, &session)
    }

    /// Sets the variables, records the exit and says where to go.
    mutating func exit(
        _ planned: PlannedState, _ output: Value, _ assigned: [Member],
        _ transition: Transition, _ session: inout Session
    ) throws(StateFault) -> Step {
        try session.environment.limits?.check(output, of: planned.state.name.string)
        for variable in assigned { scope.variables[variable.key] = variable.value }
        let name = planned.state.name
        lastEvent = session.history.record(
            planned.events.exited, after: lastEvent, at: session.now,
            Self.exitDetails(name, output, assigned))
        return switch transition {
        case .next(let index): .next(index, output)
        case .end: .end(output)
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
