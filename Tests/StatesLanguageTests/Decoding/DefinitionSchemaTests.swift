import JSON
import Testing

@testable import StatesLanguage

@Suite struct DefinitionSchemaTests {
    @Test func everyFieldOfTheTablesHasHelp() {
        let tables: [FieldTable] =
            [
                .machine, .branch, .processor, .processorConfig, .retrier, .catcher, .rule,
                .nestedRule, .reader, .readerConfig, .batcher, .writer, .writerConfig,
            ] + FieldTable.states.values
        let bare = tables.flatMap { $0.both + $0.jsonPath + $0.jsonata }
            .filter { $0 != "Type" && FieldSchema.schema(of: $0).object?.isEmpty == true }
        #expect(bare == [])
    }

    @Test func everyReferenceLeadsToADefinition() throws {
        let schema = DefinitionSchema.value
        let text = schema.serialized
        let references = text.split(separator: "\"").filter { $0.hasPrefix("#/$defs/") }
        #expect(references.count > 20)
        for reference in references {
            let pointer = try #require(JSONPointer(parsing: String(reference.dropFirst())))
            #expect(pointer.resolve(in: schema) != nil, "\(reference)")
        }
    }
}
