import Engine
import JSON
import StatesLanguage
import Synchronization
import Testing

/// What idempotency keys tell apart, and what they do not.
@Suite struct IdempotencyKeyTests {
    /// Two states and a loop of two passes for each of three items; the first attempts of `B` fail.
    private static let flow = """
        {"StartAt": "Map", "States": {"Map": {"Type": "Map", "End": true,
          "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "data", "Key": "items.jsonl"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "A", "States": {
              "A": {"Type": "Task", "Next": "B", "ResultPath": "$.a",
                "Resource": "arn:aws:lambda:us-east-1:123456789012:function:a"},
              "B": {"Type": "Task", "Next": "Again", "ResultPath": "$.b",
                "Retry": [{"ErrorEquals": ["Odd"], "MaxAttempts": 1, "IntervalSeconds": 1}],
                "Resource": "arn:aws:lambda:us-east-1:123456789012:function:b"},
              "Again": {"Type": "Choice", "Default": "Both",
                "Choices": [{"Variable": "$.b", "NumericLessThan": 2, "Next": "A"}]},
              "Both": {"Type": "Parallel", "End": true, "Branches": [\(branch("C")), \(branch("D"))]}}}}}}
        """
    private static func branch(_ state: String) -> String {
        """
        {"StartAt": "\(state)", "States": {"\(state)": {"Type": "Task", "End": true,
          "Resource": "arn:aws:lambda:us-east-1:123456789012:function:c"}}}
        """
    }

    private struct Call: Hashable {
        var item: Int?
        var state: String
        var attempt: Int
        var key: String
    }

    private final class Book: Sendable {
        let calls = Mutex<[Call]>([])
        var all: [Call] { calls.withLock { $0 } }

        /// Answers each pass with its number.
        func answer(_ request: TaskRequest) -> Result<Value, StateFault> {
            let passes = calls.withLock { calls in
                calls.append(
                    Call(
                        item: request.execution.item, state: request.state,
                        attempt: request.attempt, key: request.idempotencyKey))
                return Set(
                    calls.filter { $0.item == request.execution.item && $0.state == "B" }
                        .map(\.key)
                ).count
            }
            if request.state == "B", request.attempt == 0 {
                return .failure(StateFault(error: "Odd", cause: nil))
            }
            return .success(.int(passes))
        }
    }

    private func items(_ fixture: RunFixture) throws {
        try fixture.write(
            "items.jsonl", #"{"n":0}"# + "\n" + #"{"n":1}"# + "\n" + #"{"n":2}"# + "\n")
    }

    @Test func attemptsShareAKeyAndNothingElseDoes() async throws {
        let fixture = try RunFixture()
        try items(fixture)
        let book = Book()
        let run = try fixture.start(Self.flow) { book.answer($0) }
        #expect(await run.finish().outcome?.status == .succeeded)
        // A and B twice, C and D, for each of three items.
        let calls = book.all
        #expect(Set(calls.map(\.key)).count == 3 * 6)
        let tries = Dictionary(grouping: calls.filter { $0.state == "B" }, by: \.key)
        #expect(tries.count == 6)
        #expect(tries.values.allSatisfy { $0.map(\.attempt).sorted() == [0, 1] })
    }

    @Test func aRedriveHasTheSameKeysAndAnotherRunOthers() async throws {
        let fixture = try RunFixture()
        try items(fixture)
        let first = Book()
        let failed = try fixture.start(Self.flow) { request in
            let answer = first.answer(request)
            guard request.state == "B" else { return answer }
            return .failure(StateFault(error: "Odd", cause: nil))
        }
        #expect(await failed.finish().outcome?.status == .failed)
        let second = Book()
        let redriven = try fixture.resume(failed, redrive: .unsuccessful) {
            second.answer($0)
        }
        #expect(await redriven.finish().outcome?.status == .succeeded)
        let again = Set(first.all.filter { $0.state == "B" }.map(\.key))
        #expect(!again.isEmpty)
        #expect(again.isSubset(of: second.all.map(\.key)))
        let third = Book()
        let other = try fixture.start(Self.flow) { third.answer($0) }
        #expect(await other.finish().outcome?.status == .succeeded)
        #expect(Set(third.all.map(\.key)).isDisjoint(with: first.all.map(\.key)))
    }
}
