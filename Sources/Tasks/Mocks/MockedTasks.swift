import Engine
import JSON
import Scheduling
import StatesLanguage
import Synchronization

/// Answers for the states that a test case mocks; other states go on to the real thing.
public final class MockedTasks: TaskHandler, Sendable {
    private let answers: [String: [Int: MockFile.Answer]]
    private let next: any TaskHandler
    private let calls = Mutex<[String: Int]>([:])

    /// The answers of a test case of `file`. `machine` may be left out when only one state machine
    /// has a case of this name.
    public init(
        _ file: MockFile, machine: String? = nil, testCase: String, next: any TaskHandler
    ) throws(BindingsError) {
        answers = try file.answers(machine: machine, testCase: testCase)
        self.next = next
    }

    /// Which answer is next: calls of a state count within their execution, whichever visit or
    /// attempt they are of. Children of a distributed Map, of which there may be any number, count
    /// the attempts of each visit.
    private func index(of request: TaskRequest) -> Int {
        if request.execution.item != nil { return request.attempt }
        return calls.withLock { calls in
            defer { calls[request.state, default: 0] += 1 }
            return calls[request.state, default: 0]
        }
    }

    /// The states that the test case answers for.
    public var states: Set<String> { Set(answers.keys) }

    public func gate(for request: TaskRequest) -> CallGate? {
        answers[request.state] == nil ? next.gate(for: request) : nil
    }

    public func prepare(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> PreparedAttempt? {
        answers[request.state] == nil ? next.prepare(request, completion: completion) : nil
    }

    public func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        guard let answers = answers[request.state] else {
            return next.start(request, completion: completion)
        }
        let index = index(of: request)
        switch answers[index] {
        case .returns(let value): completion(.success(value))
        case .fails(let fault): completion(.failure(fault))
        case nil:
            completion(
                .failure(
                    .runtime(
                        "the test case has no response for call \(index) of state "
                            + "'\(request.state)'")))
        }
        return nil
    }
}
