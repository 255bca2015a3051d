import Engine
import Foundation
import JSON
import Testing

/// The result of a distributed Map whose outputs are not exported.
@Suite struct MapResultTests {
    private static let pass = """
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}
        """

    private func run(_ fields: String, limit: Int) async throws -> (ExecutionOutcome?, [String]) {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", "1\n2\n3\n")
        var definition = DistributedMapTests.definition(Self.pass, fields: fields)
        if fields.contains("JSONata") {
            definition = definition.replacingOccurrences(of: "Parameters", with: "Arguments")
        }
        let run = try fixture.start(definition, input: ["n": 7], largestResult: limit)
        return (await run.finish().outcome, fixture.notes.withLock { $0 })
    }

    @Test func isTheArrayOfOutputs() async throws {
        let (outcome, notes) = try await run("", limit: 1000)
        #expect(outcome?.output?.serialized == "[1,2,3]")
        #expect(notes == [])
    }

    @Test func failsWhereItIsTooLargeForMemory() async throws {
        let (outcome, notes) = try await run("", limit: 10)
        #expect(outcome?.error == "States.DataLimitExceeded")
        #expect(
            outcome?.cause == "The state/task 'All' returned a result with a size exceeding "
                + "the maximum number of bytes service limit.")
        #expect(notes.count == 1)
        #expect(notes.first?.contains("let a ResultWriter export them") == true)
    }

    @Test(arguments: [
        #""ResultPath": null,"#,
        #""QueryLanguage": "JSONata", "Output": "{% $states.input %}", "#,
    ])
    func isNotMadeWhereNobodySeesIt(_ fields: String) async throws {
        let (outcome, notes) = try await run(fields, limit: 10)
        #expect(outcome?.output == ["n": 7])
        #expect(notes == [])
    }

    @Test(arguments: [
        #""ResultPath": "$.r","#, #""ResultPath": null, "Assign": {"r.$": "$"},"#,
        #""ResultPath": null, "ResultSelector": {"r.$": "$"},"#,
    ])
    func isMadeWhereAFieldSeesIt(_ fields: String) async throws {
        let (outcome, _) = try await run(fields, limit: 10)
        #expect(outcome?.error == "States.DataLimitExceeded")
    }
}
