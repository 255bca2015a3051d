import Engine
import Foundation
import JSON
import Testing

/// What an ItemSelector makes of items is theirs, whoever makes it and when.
@Suite struct SelectorTests {
    private static let pass = """
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}
        """

    private func ids(_ fields: String, items: Int, workers: Int = 2) async throws -> [String] {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", (0..<items).map { "\($0)\n" }.joined())
        let run = try fixture.start(
            DistributedMapTests.definition(Self.pass, fields: fields), workers: workers)
        let output = await run.finish().outcome?.output
        let children = output?.array?.elements ?? []
        return children.flatMap { child in
            (child["Items"]?.array?.elements ?? [child]).compactMap { $0["id"]?.string }
        }
    }

    @Test(arguments: [
        "", #""ItemBatcher": {"MaxItemsPerBatch": 7},"#,
    ])
    func everyItemHasRandomValuesOfItsOwn(_ batcher: String) async throws {
        let fields = #""ItemSelector": {"id.$": "States.UUID()"},"# + batcher
        let found = try await ids(fields, items: 1000)
        #expect(Set(found).count == 1000)
        #expect(try await ids(fields, items: 1000, workers: 1) == found)
        #expect(try await ids(fields, items: 10) == Array(found.prefix(10)))
    }
}
