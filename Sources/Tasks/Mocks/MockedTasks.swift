import Engine
import JSON
import Scheduling
import StatesLanguage

/// Answers for the states that a test case mocks; other states go on to the real thing.
public final class MockedTasks: TaskHandler, Sendable {
    private let answers: [String: [Int: MockFile.Answer]]
    private let next: any TaskHandler

    /// The answers of a test case of `file`. `machine` may be left out when only one state machine
    /// has a case of this name.
    public init(
        _ file: MockFile, machine: String? = nil, testCase: String, next: any TaskHandler
    ) throws(BindingsError) {
        answers = try file.answers(machine: machine, testCase: testCase)
        self.next = next
    }

    /// The states that the test case answers for.
    public var states: Set<String> { Set(answers.keys) }

    public func gate(for request: TaskRequest) -> CallGate? {
        answers[request.state] == nil ? next.gate(for: request) : nil
    }

    public func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        guard let answers = answers[request.state] else {
            return next.start(request, completion: completion)
        }
        switch answers[request.attempt] {
        case .returns(let value): completion(.success(value))
        case .fails(let fault): completion(.failure(fault))
        case nil:
            completion(
                .failure(
                    .runtime(
                        "the test case has no response for attempt \(request.attempt) of state "
                            + "'\(request.state)'")))
        }
        return nil
    }
}
