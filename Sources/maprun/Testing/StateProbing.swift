import Dispatch
import Engine
import JSON
import Scheduling
import Synchronization
import Tasks

/// Runs one state alone and waits for its answer.
struct StateProbing {
    /// The file of bindings, if it is not the one beside the definition.
    let bindings: String?

    func run(_ test: StateTest, besides definition: String) throws -> StateTestAnswer {
        let found =
            try bindings.map { try Bindings.read(file: $0) }
            ?? Bindings.besides(definition: FilePath.absolute(definition))
        let scheduler = DispatchScheduler()
        let http = HTTPService(
            bindings: found, scheduler: scheduler, environment: ProcessEnvironment.current)
        let router = TaskRouter(bindings: found, services: [http])
        defer { router.close() }
        var test = test
        // AWS wants to know who calls; nobody asks here.
        test.roleARN = test.roleARN ?? "arn:aws:iam::123456789012:role/maprun"
        let (answer, hasEnded) = (Answer(), DispatchSemaphore(value: 0))
        test.run(scheduler: scheduler, tasks: router) {
            answer.set($0)
            hasEnded.signal()
        }
        hasEnded.wait()
        guard let answer = answer.value else { throw UsageError("the state gave no answer") }
        return answer
    }

    private final class Answer: Sendable {
        private let box = Mutex<StateTestAnswer?>(nil)
        var value: StateTestAnswer? { box.withLock { $0 } }
        func set(_ answer: StateTestAnswer) { box.withLock { $0 = answer } }
    }
}

extension StateTest.Mock {
    /// A mock as TestState takes it: `result`, or `errorOutput` with `error` and `cause`.
    init(_ value: Value) {
        self.init()
        result = value["result"]?.serialized
        if let error = value["errorOutput"] {
            errorOutput = (error["error"]?.string, error["cause"]?.string)
        }
        if let validation = value["fieldValidationMode"]?.string.flatMap(FieldValidation.init) {
            fieldValidation = validation
        }
    }
}

extension StateTest.Configuration {
    /// A `stateConfiguration` as TestState takes it, but with JSON for texts of JSON.
    init(_ value: Value?) {
        self.init()
        retrierRetryCount = value?["retrierRetryCount"]?.number?.int
        errorCausedByState = value?["errorCausedByState"]?.string
        mapIterationFailureCount = value?["mapIterationFailureCount"]?.number?.int
        mapItemReaderData = value?["mapItemReaderData"]?.serialized
    }
}
