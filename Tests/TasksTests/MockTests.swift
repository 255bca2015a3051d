import Engine
import JSON
import StatesLanguage
import Testing

@testable import Tasks

@Suite struct MockTests {
    private static let file = """
        {
          "StateMachines": {
            "Orders": {"TestCases": {
              "Happy": {"Check": "Good"},
              "Retry": {"Check": "Third"}
            }},
            "Other": {"TestCases": {"Happy": {"Check": "Third"}}}
          },
          "MockedResponses": {
            "Good": {"0": {"Return": {"ok": true}}},
            "Third": {
              "0-1": {"Throw": {"Error": "Busy", "Cause": "too much"}},
              "2": {"Return": 3}
            }
          }
        }
        """

    private struct Real: TaskHandler {
        func start(
            _ request: TaskRequest, completion: @escaping TaskCompletion
        ) -> TaskCancellation? {
            completion(.success("real"))
            return nil
        }
    }

    private func tasks(_ testCase: String, machine: String? = "Orders") throws -> MockedTasks {
        try MockedTasks(
            MockFile(Self.file, file: "mocks.json"), machine: machine, testCase: testCase,
            next: Real())
    }

    private func ask(
        _ tasks: MockedTasks, _ state: String, attempt: Int = 0, item: Int? = nil
    ) async -> Result<Value, StateFault> {
        let request = TaskRequest(
            resource: "any", input: [:], state: state,
            execution: ExecutionIdentity(arn: "a", name: "n", item: item), attempt: attempt)
        return await tasks.result(of: request)
    }

    @Test func answersInTheOrderOfTheCallsOfAState() async throws {
        let tasks = try tasks("Retry")
        let busy = StateFault(error: "Busy", cause: "too much")
        #expect(await ask(tasks, "Check").fault == busy)
        #expect(await ask(tasks, "Check", attempt: 1).fault == busy)
        // Another visit of the state goes on counting.
        #expect(await ask(tasks, "Check").value == 3)
        #expect(await ask(tasks, "Check").fault?.error == "States.Runtime")
    }

    @Test func childrenOfADistributedMapCountTheirAttempts() async throws {
        let tasks = try tasks("Retry")
        for item in 0..<2 {
            #expect(await ask(tasks, "Check", attempt: 2, item: item).value == 3)
        }
    }

    @Test func statesThatAreNotMockedAreDoneForReal() async throws {
        #expect(await ask(try tasks("Happy"), "Check").value == ["ok": true])
        #expect(await ask(try tasks("Happy"), "Unmocked").value == "real")
    }

    @Test func theMachineMayBeLeftOutWhereOnlyOneHasTheCase() async throws {
        let busy = StateFault(error: "Busy", cause: "too much")
        #expect(await ask(try tasks("Retry", machine: nil), "Check").fault == busy)
        let error = #expect(throws: BindingsError.self) { try tasks("Happy", machine: nil) }
        #expect(
            error?.description
                == "mocks.json: several state machines have a test case 'Happy'; name the machine")
    }

    @Test func anUnknownCaseNamesThoseThereAre() {
        let error = #expect(throws: BindingsError.self) { try tasks("Sad") }
        #expect(
            error?.description
                == "mocks.json: there is no test case 'Sad' of 'Orders'; the file has "
                + "Orders/Happy, Orders/Retry, Other/Happy")
    }

    static let mistakes: [(text: String, problem: String)] = [
        (
            "{",
            "1:2: not valid JSON: unexpected end of the document; expected a member name in quotes"
        ),
        (
            #"{"StateMachines":{"M":{"TestCases":{"C":{"S":"Absent"}}}}}"#,
            "1:46: state 'S' names no entry of 'MockedResponses'"
        ),
        (
            #"{"MockedResponses":{"R":{"first":{"Return":1}}}}"#,
            "1:34: 'first' in response 'R' is neither an attempt (\"0\") nor a range of them "
                + "(\"1-3\")"
        ),
        (
            #"{"MockedResponses":{"R":{"0":{"Return":1,"Throw":{"Error":"E"}}}}}"#,
            "1:30: an attempt in response 'R' has either 'Return' or 'Throw'"
        ),
        (
            #"{"MockedResponses":{"R":{"0":{"Throw":{"Cause":"E"}}}}}"#,
            "1:39: 'Throw' in response 'R' needs a text 'Error'"
        ),
        (
            #"{"MockedResponses":{"R":{"0-2":{"Return":1},"2":{"Return":1}}}}"#,
            "1:49: attempt 2 of response 'R' is there twice"
        ),
    ]

    @Test(arguments: mistakes)
    func namesThePlaceOfAMistake(text: String, problem: String) {
        let error = #expect(throws: BindingsError.self) {
            try MockFile(text, file: "mocks.json")
        }
        #expect(error?.description == "mocks.json:\(problem)")
    }
}
