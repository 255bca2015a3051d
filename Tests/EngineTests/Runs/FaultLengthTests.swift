import Engine
import JSON
import StatesLanguage
import Testing

/// How much of an error and its cause is kept.
@Suite struct FaultLengthTests {
    private static let long = StateFault(
        error: String(repeating: "e", count: 255) + "\u{1F600}",
        cause: String(repeating: "c", count: 40_000))

    @Test func anExecutionKeepsTheirBeginning() async throws {
        let fixture = try RunFixture()
        let run = try fixture.start(
            """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
              "Resource": "arn:aws:states:::sqs:sendMessage",
              "Parameters": {"QueueUrl": "q", "MessageBody": "m"}}}}
            """
        ) { _ in .failure(Self.long) }
        let outcome = await run.finish().outcome
        // The pair that ends the name is one character too many.
        #expect(outcome?.error == String(repeating: "e", count: 255))
        #expect(outcome?.cause?.count == 32_768)
        let events = try fixture.history(of: run).events().map(\.description)
        for details in ["taskFailedEventDetails", "executionFailedEventDetails"] {
            let event = try #require(events.first { $0[Key(details)] != nil })
            #expect(event[Key(details)]?["error"]?.string?.count == 255)
            #expect(event[Key(details)]?["cause"]?.string?.count == 32_768)
        }
    }

    @Test func childrenDoToo() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", "{}\n")
        let flow = DistributedMapTests.definition(
            DistributedMapTests.tasks, fields: "\"ToleratedFailurePercentage\": 100,")
        let run = try fixture.start(flow) { _ in .failure(Self.long) }
        #expect(await run.finish().outcome?.status == .succeeded)
        let line = try Value.parse(try fixture.map(run, "failures.jsonl"))
        #expect(line["error"]?.string?.count == 255)
        #expect(line["cause"]?.string?.count == 32_768)
    }

    @Test func aCatcherSeesAll() async throws {
        let fixture = try RunFixture()
        let run = try fixture.start(
            """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
              "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody": "m"},
              "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]},
              "B": {"Type": "Pass", "End": true}}}
            """
        ) { _ in .failure(Self.long) }
        #expect(await run.finish().outcome?.output?["Cause"]?.string?.count == 40_000)
    }
}
