import Engine
import JSON
import StatesLanguage
import Testing

@Suite struct StateMachineRunningTests {
    private static let call = """
        {"StartAt": "Call", "States": {"Call": {"Type": "Task", "End": true,
          "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"}}}
        """

    private func machine(_ definition: String) throws -> StateMachine {
        let decoded = StateMachine.decode(definition)
        return try #require(decoded.machine, "\(decoded.diagnostics)")
    }

    @Test func aHandlersAnswerIsTheTasksResult() async throws {
        let outcome = try await machine(Self.call).run(input: ["n": 20]) { task in
            .int((task.input["n"]?.number?.int ?? 0) + 1)
        }
        #expect(outcome.status == .succeeded)
        #expect(outcome.output == 21)
    }

    @Test func aHandlersErrorIsTheTasksErrorAndNotTheCallers() async throws {
        struct OutOfStock: Error {}
        let machine = try machine(Self.call)
        let own = try await machine.run { _ in throw StateFault(error: "Gone", cause: "sold") }
        #expect((own.status, own.error, own.cause) == (.failed, "Gone", "sold"))
        let other = try await machine.run { _ in throw OutOfStock() }
        #expect(other.error == "OutOfStock")
    }

    @Test func distributedMapsReadTheFoldersOfBuckets() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", "1\n2\n3\n")
        let machine = try machine(
            """
            {"StartAt": "Map", "States": {"Map": {"Type": "Map", "End": true,
              "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSONL"},
                "Parameters": {"Bucket": "data", "Key": "items.jsonl"}},
              "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                \(Self.call.dropFirst())}}}
            """)
        let outcome = try await machine.run(buckets: { fixture.root + "/" + $0 }) { $0.input }
        #expect(outcome.output == [1, 2, 3], "\(outcome)")
    }
}
