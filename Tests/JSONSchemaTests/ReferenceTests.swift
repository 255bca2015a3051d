import Foundation
import JSON
import JSONSchema
import Testing

/// The same answers as Python's `jsonschema`, on schemas and values drawn at random.
@Suite struct ReferenceTests {
    static let hasReference: Bool = {
        (try? run("import jsonschema", input: ""))?.code == 0
    }()

    private static func run(_ program: String, input: String) throws -> (code: Int32, out: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-W", "ignore", "-c", program]
        let out = Pipe()
        let file = NSTemporaryDirectory() + "schemas-" + UUID().uuidString
        try input.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        process.standardInput = FileHandle(forReadingAtPath: file)
        process.standardOutput = out
        try process.run()
        let said = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }

    private static let program = """
        import json, sys, jsonschema
        for line in sys.stdin:
            case = json.loads(line)
            seven = "draft-07" in case["schema"].get("$schema", "") if isinstance(case["schema"], dict) else False
            kind = jsonschema.Draft7Validator if seven else jsonschema.Draft202012Validator
            kind.check_schema(case["schema"])
            check = kind(case["schema"], format_checker=kind.FORMAT_CHECKER)
            print("".join("1" if check.is_valid(v) else "0" for v in case["values"]))
        """

    @Test(
        .enabled(
            if: hasReference, "needs python3 with jsonschema (pip install jsonschema)"),
        arguments: 1...8)
    func answersAreThoseOfPython(_ seed: Int) throws {
        var draw = Draw(seed: UInt64(seed))
        var cases: [(schema: Value, values: [Value])] = []
        for _ in 0..<250 {
            cases.append((draw.schema(depth: 3), (0..<12).map { _ in draw.value(depth: 3) }))
        }
        let input = cases.map {
            Value.object([
                Member("schema", $0.schema), Member("values", .array($0.values)),
            ]).serialized + "\n"
        }
        let answer = try Self.run(Self.program, input: input.joined())
        #expect(answer.code == 0)
        let lines = answer.out.split(separator: "\n").map(Array.init)
        try #require(lines.count == cases.count)
        for (line, (schema, values)) in zip(lines, cases) {
            let compiled = try Schema(schema.serialized)
            for (answer, value) in zip(line, values) {
                let found = compiled.violations(of: value)
                #expect(
                    found.isEmpty == (answer == "1"),
                    "\(schema.serialized) \(value.serialized) \(found)")
            }
        }
    }
}

/// Draws schemas and values that have a chance to fit one another.
private struct Draw {
    private var state: UInt64
    private var isSeven = false

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    private mutating func number(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }

    private mutating func pick<T>(_ all: [T]) -> T { all[number(below: all.count)] }

    private static let names = ["a", "b", "xa", "long"]
    private static let texts = [
        "", "a", "ab", "äöü", "😀", "2024-02-29", "2023-02-29", "a@b.c", "x",
        "123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000",
    ]
    private static let numbers: [Value] = [0, 1, 2, 3, -1, 10, 2.5, 1.0, 4]
    private static let patterns = ["^a", "b$", "^[a-z]+$", "a.c", "\\d{2}", "(ab|x)"]

    mutating func value(depth: Int) -> Value {
        switch number(below: depth > 0 ? 10 : 7) {
        case 0: return .null
        case 1: return .bool(number(below: 2) == 0)
        case 2, 3: return pick(Self.numbers)
        case 4, 5, 6: return .string(pick(Self.texts))
        case 7: return .array((0..<number(below: 4)).map { _ in value(depth: depth - 1) })
        default:
            var object = ObjectValue()
            for _ in 0..<number(below: 4) {
                object[Key(pick(Self.names))] = value(depth: depth - 1)
            }
            return .object(object)
        }
    }

    mutating func schema(depth: Int) -> Value {
        if depth == 3 { isSeven = number(below: 3) == 0 }
        if depth < 3, number(below: 12) == 0 { return .bool(number(below: 3) > 0) }
        var schema = ObjectValue()
        if depth == 3 {
            schema["$schema"] =
                isSeven
                ? "http://json-schema.org/draft-07/schema#"
                : "https://json-schema.org/draft/2020-12/schema"
            schema[isSeven ? "definitions" : "$defs"] = ["d": self.schema(depth: 1)]
        }
        for _ in 0..<1 + number(below: 3) { addKeyword(to: &schema, depth) }
        return .object(schema)
    }

    private mutating func schemas(_ depth: Int) -> Value {
        .array((0..<1 + number(below: 3)).map { _ in schema(depth: depth - 1) })
    }

    private mutating func named(_ depth: Int) -> Value {
        var object = ObjectValue()
        for _ in 0..<1 + number(below: 2) {
            object[Key(pick(Self.names))] = schema(depth: depth - 1)
        }
        return .object(object)
    }

    private mutating func addKeyword(to schema: inout ObjectValue, _ depth: Int) {
        switch number(below: depth > 0 ? 32 : 14) {
        case 0, 1:
            schema["type"] = .string(
                pick(["null", "boolean", "integer", "number", "string", "array", "object"]))
        case 2: schema["type"] = ["string", "integer"]
        case 3: schema["enum"] = .array([value(depth: 1), value(depth: 1), value(depth: 0)])
        case 4: schema["const"] = value(depth: 1)
        case 5: schema[Key(pick(["minimum", "maximum"]))] = pick(Self.numbers)
        case 6: schema[Key(pick(["exclusiveMinimum", "exclusiveMaximum"]))] = pick(Self.numbers)
        case 7: schema["multipleOf"] = pick([1, 2, 0.5, 2.5])
        case 8: schema[Key(pick(["minLength", "maxLength"]))] = .int(number(below: 4))
        case 9: schema["pattern"] = .string(pick(Self.patterns))
        case 10:
            // Python does not look at UUIDs in draft-07, and at emails only for an @.
            schema["format"] = .string(pick(["date", "email", isSeven ? "date" : "uuid"]))
        case 11: schema[Key(pick(["minItems", "maxItems"]))] = .int(number(below: 4))
        case 12: schema["uniqueItems"] = .bool(number(below: 2) == 0)
        case 13: schema[Key(pick(["minProperties", "maxProperties"]))] = .int(number(below: 4))
        case 14, 15: schema["properties"] = named(depth)
        case 16: schema["required"] = [.string(pick(Self.names))]
        case 17: schema["additionalProperties"] = self.schema(depth: depth - 1)
        case 18:
            schema["patternProperties"] = .object([
                Member(Key(pick(["^x", "a", "^.$"])), self.schema(depth: depth - 1))
            ])
        case 19: schema["propertyNames"] = self.schema(depth: depth - 1)
        case 20: schema["allOf"] = schemas(depth)
        case 21: schema["anyOf"] = schemas(depth)
        case 22: schema["oneOf"] = schemas(depth)
        case 23: schema["not"] = self.schema(depth: depth - 1)
        case 24:
            schema["if"] = self.schema(depth: depth - 1)
            schema[Key(pick(["then", "else"]))] = self.schema(depth: depth - 1)
        case 25: schema["contains"] = self.schema(depth: depth - 1)
        case 26 where depth > 1:
            schema["$ref"] = isSeven ? "#/definitions/d" : "#/$defs/d"
        case 27: schema["items"] = self.schema(depth: depth - 1)
        default: addDraftKeyword(to: &schema, depth)
        }
    }

    private mutating func addDraftKeyword(to schema: inout ObjectValue, _ depth: Int) {
        let pair: Value = .object([
            Member(Key(pick(Self.names)), .array([.string(pick(Self.names))]))
        ])
        switch (number(below: 3), isSeven) {
        case (0, true): schema["items"] = schemas(depth)
        case (1, true): schema["additionalItems"] = self.schema(depth: depth - 1)
        case (_, true): schema["dependencies"] = pair
        case (0, false): schema["prefixItems"] = schemas(depth)
        case (1, false):
            schema["contains"] = self.schema(depth: depth - 1)
            schema[Key(pick(["minContains", "maxContains"]))] = .int(number(below: 3))
        case (_, false): schema["dependentRequired"] = pair
        }
    }
}
