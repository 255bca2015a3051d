import JSON
import StatesLanguage

/// What AWS demands of mocks, and where it demands one.
extension StateTest {
    func read(
        _ mock: Mock, for state: State
    ) throws(StateTestRefusal) -> Result<Value, StateFault> {
        if revealsSecrets {
            throw StateTestRefusal(
                "TestState does not support RevealSecrets when a mock is specified.")
        }
        switch state.action {
        case .task, .map, .parallel: break
        default:
            throw StateTestRefusal(
                "State type '\(state.typeName)' is not supported when a mock is specified")
        }
        switch (mock.result, mock.errorOutput) {
        case (nil, let failure?):
            return .failure(StateFault(error: failure.error, cause: failure.cause))
        case (let text?, nil):
            guard let result = Self.json(text) else {
                throw StateTestRefusal("Mocked result must be valid JSON")
            }
            try check(result, mock.fieldValidation, for: state)
            return .success(result)
        default:
            throw StateTestRefusal(
                "A test mock should have only one of the following fields: [result, errorOutput].")
        }
    }

    private func check(
        _ result: Value, _ validation: Mock.FieldValidation, for state: State
    ) throws(StateTestRefusal) {
        switch state.action {
        case .task(let task):
            let shape = ResultShape(of: TaskService(resource: task.resource))
            if let problem = shape?.problem(of: result, validation) {
                throw StateTestRefusal("Mock result schema validation error: " + problem)
            }
        case .map(let map) where map.distribution?.writer?.resource != nil:
            guard result.kind == .object else {
                throw StateTestRefusal("Mocked result must be a JSON object.")
            }
        default:
            guard result.kind == .array else {
                throw StateTestRefusal("Mocked result must be an array.")
            }
        }
    }

    func checkWithoutMock(_ state: State) throws(StateTestRefusal) {
        switch state.action {
        case .map, .parallel:
            throw StateTestRefusal(
                error: "InvalidDefinition",
                "TestState API does not support Map or Parallel states. Supported state types "
                    + "include: [Task, Wait, Pass, Succeed, Fail, Choice]")
        case .task(let task):
            guard roleARN != nil else {
                throw StateTestRefusal("RoleArn must be specified when testing a Task state")
            }
            let service = TaskService(resource: task.resource)
            if service.submits || service.kind == .activity {
                throw StateTestRefusal(
                    error: "InvalidDefinition",
                    "TestState needs a mock for '\(task.resource)': nobody would answer it")
            }
        default: break
        }
    }

    /// A mocked failure comes from one of the states that the Map or Parallel would run.
    func checkErrorState(within state: State) throws(StateTestRefusal) {
        guard let name = configuration.errorCausedByState else { return }
        let nested: [Workflow] =
            switch state.action {
            case .map(let map): [map.processor]
            case .parallel(let branches): branches
            default: []
            }
        guard nested.contains(where: { Self.find(name, in: $0, isInMap: false) != nil }) else {
            throw StateTestRefusal("'\(name)' is no state within '\(stateName ?? state.typeName)'")
        }
    }

    func checkFailureCount(
        _ result: Result<Value, StateFault>?, _ itemReaderData: Value?
    ) throws(StateTestRefusal) {
        guard let count = configuration.mapIterationFailureCount else { return }
        var mocked: Value?
        if case .success(let value) = result { mocked = value }
        // Where an ItemsPointer leads to the items, the state itself has to say how many there are.
        guard let iterations = (itemReaderData ?? mocked)?.array?.count else { return }
        if count > iterations {
            throw StateTestRefusal(
                "Map iteration failure count must be less than or equal to the number of "
                    + "Map iterations")
        }
    }
}
