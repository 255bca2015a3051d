import JSON
import StatesLanguage

/// A test whose call is in order: the state in a machine of its own.
struct PreparedStateTest {
    /// What the Context object says of the state's name, whatever its name is.
    static let stateName: Key = "StateName"

    let plan: Plan
    let state: State
    let input: Value
    let variables: [Member]
    let context: ContextObject
    let result: Result<Value, StateFault>?
    let itemReaderData: Value?

    /// The state under test comes last; those that it can lead to only stand for their names.
    static func plan(of tested: State, in workflow: Workflow) -> Plan {
        var tested = tested
        tested.name = stateName
        // An inline Map shows the values of a distributed one, and runs no iterations either.
        if case .map(var map) = tested.action, map.distribution == nil {
            map.distribution = MapAction.Distribution(executionType: .standard)
            tested.action = .map(map)
        }
        let places = workflow.states.map {
            State(name: $0.name, action: .succeed, queryLanguage: .jsonPath)
        }
        return Plan(Workflow(states: places + [tested], startAt: places.count))
    }
}

extension StateTest {
    /// Checks the call in AWS's order and words.
    func prepare(now: Int) throws(StateTestRefusal) -> PreparedStateTest {
        let variables = try readVariables()
        let found = try findState(knowing: variables)
        let input = try readInput()
        let result = try mock.map { (mock) throws(StateTestRefusal) in
            try read(mock, for: found.state)
        }
        if mock == nil { try checkWithoutMock(found.state) }
        let itemReaderData = try configuration.mapItemReaderData.map {
            (text) throws(StateTestRefusal) in
            guard let data = Self.json(text) else {
                throw StateTestRefusal("Map item reader data must be valid JSON")
            }
            return data
        }
        try checkFailureCount(result, itemReaderData)
        try checkErrorState(within: found.state)
        return PreparedStateTest(
            plan: PreparedStateTest.plan(of: found.state, in: found.workflow),
            state: found.state, input: input, variables: variables,
            context: try makeContext(found, input, now: now), result: result,
            itemReaderData: itemReaderData)
    }

    static func json(_ text: String) -> Value? {
        do {
            return try Value.parse(text)
        } catch {
            return nil
        }
    }

    private func readInput() throws(StateTestRefusal) -> Value {
        if let cause = ExecutionInput.refusal(of: input) {
            throw StateTestRefusal(error: "InvalidExecutionInput", cause)
        }
        return Self.json(input) ?? .null
    }

    private func readVariables() throws(StateTestRefusal) -> [Member] {
        guard let variables else { return [] }
        guard let object = Self.json(variables)?.object else {
            throw StateTestRefusal("Variables must be a valid JSON object")
        }
        return object.members
    }

    // MARK: - The state

    struct FoundState {
        var state: State
        var workflow: Workflow
        var isInMap = false
    }

    private func findState(knowing variables: [Member]) throws(StateTestRefusal) -> FoundState {
        if stateName?.isEmpty ?? false {
            throw StateTestRefusal(
                error: "ParamValidationError",
                "Parameter validation failed:\n"
                    + "Invalid length for parameter stateName, value: 0, valid min length: 1")
        }
        let options = DecodingOptions(knownVariables: Set(variables.map(\.key.string)))
        let decoded =
            stateName == nil
            ? StateMachine.decodeState(definition, options: options)
            : StateMachine.decode(definition, options: options)
        guard let workflow = decoded.machine?.workflow else {
            throw StateTestRefusal(
                error: "InvalidDefinition", decoded.diagnostics.refusal ?? "")
        }
        guard let stateName else {
            return FoundState(state: workflow.states[workflow.startAt], workflow: workflow)
        }
        guard let found = Self.find(stateName, in: workflow, isInMap: false) else {
            throw StateTestRefusal("State not found in definition")
        }
        return found
    }

    static func find(_ name: String, in workflow: Workflow, isInMap: Bool) -> FoundState? {
        if let state = workflow.states.first(where: { $0.name.string == name }) {
            return FoundState(state: state, workflow: workflow, isInMap: isInMap)
        }
        for state in workflow.states {
            let found: FoundState? =
                switch state.action {
                case .map(let map): find(name, in: map.processor, isInMap: true)
                case .parallel(let branches):
                    branches.lazy.compactMap { find(name, in: $0, isInMap: isInMap) }.first
                default: nil
                }
            if let found { return found }
        }
        return nil
    }

    private func makeContext(
        _ found: FoundState, _ input: Value, now: Int
    ) throws(StateTestRefusal) -> ContextObject {
        let given = try context.map(ContextCheck.read)
        var machine = ExecutionFacts.Machine(name: "test-state")
        machine.isExpress = true
        let facts = ExecutionFacts(machine: machine, input: input, startTime: now)
        var context = ContextObject(
            source: StateTestContext(facts, roleARN: roleARN, given: given))
        if found.isInMap && given == nil {
            context.item = MapItem(index: 0, value: input)
        }
        return context
    }
}
