import JSON

/// The JSON Schema of definitions, for editors to check and complete with.
///
/// It is made of the tables that the decoder itself uses, so it cannot fall behind. It cannot say
/// all that the decoder checks: names of states, paths and expressions are texts to it.
public enum DefinitionSchema {
    /// The schema.
    public static var value: Value {
        var root = object(.machine)
        root.set("$schema", "https://json-schema.org/draft/2020-12/schema")
        root.set("title", "Amazon States Language")
        root.set("$defs", .object(definitions))
        return .object(root)
    }

    private static var definitions: [Member] {
        let tables: [(Key, FieldTable)] = [
            ("Branch", .branch), ("Processor", .processor), ("ProcessorConfig", .processorConfig),
            ("Retrier", .retrier), ("Catcher", .catcher), ("Rule", .rule),
            ("NestedRule", .nestedRule), ("ItemReader", .reader), ("ReaderConfig", .readerConfig),
            ("ItemBatcher", .batcher), ("ResultWriter", .writer), ("WriterConfig", .writerConfig),
        ]
        let states = FieldTable.typeNames.compactMap { name in
            FieldTable.states[name].map { Member(Key(name), .object(state(name, $0))) }
        }
        let references = states.map { Value.object([Member("$ref", reference(to: $0.key))]) }
        let anyState: Value = [
            "type": "object", "required": ["Type"],
            "properties": ["Type": ["enum": .array(FieldTable.typeNames.map { .string($0) })]],
            "anyOf": .array(references),
        ]
        return [Member("State", anyState)] + states
            + tables.map { Member($0.0, .object(object($0.1))) }
    }

    private static func reference(to key: Key) -> Value { .string("#/$defs/\(key.string)") }

    private static func state(_ name: String, _ table: FieldTable) -> [Member] {
        var table = table
        table.required.insert("Type", at: 0)
        var schema = object(table)
        guard case .object(var properties) = schema.first(where: { $0.key == "properties" })?.value
        else { return schema }
        properties["Type"] = ["const": .string(name)]
        schema.set("properties", .object(properties))
        return schema
    }

    private static func object(_ table: FieldTable) -> [Member] {
        let fields = table.both + table.jsonPath + table.jsonata
        var schema = [
            Member("type", "object"),
            Member(
                "properties",
                .object(fields.map { Member(Key($0), FieldSchema.schema(of: $0)) })),
        ]
        if !table.required.isEmpty {
            schema.set("required", .array(table.required.map { .string($0) }))
        }
        schema.set("additionalProperties", false)
        return schema
    }
}
