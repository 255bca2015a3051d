import JSON
import JSONSchema
import Testing

@Suite struct SchemaTests {
    static let cases: [(schema: String, value: String, violations: [String])] = [
        ("true", "1", []), ("false", "1", ["false"]),
        (#"{"type": "integer"}"#, "1.0", []), (#"{"type": "integer"}"#, "1.5", ["type"]),
        (#"{"type": ["string", "null"]}"#, "null", []),
        (#"{"enum": [1, "a", {"b": [2]}]}"#, #"{"b": [2.0]}"#, []),
        (#"{"enum": [1, "a"]}"#, "true", ["enum"]), (#"{"const": 1}"#, "true", ["const"]),
        (#"{"minimum": 2, "maximum": 3}"#, "1", ["minimum"]),
        (#"{"exclusiveMinimum": 2}"#, "2", ["exclusiveMinimum"]),
        (#"{"exclusiveMaximum": 2}"#, "2", ["exclusiveMaximum"]),
        (#"{"multipleOf": 0.1}"#, "0.3", []), (#"{"multipleOf": 0.1}"#, "0.35", ["multipleOf"]),
        (#"{"minimum": 2}"#, #""1""#, []),
        (#"{"minLength": 2, "maxLength": 3}"#, #""äö""#, []),
        (#"{"maxLength": 1}"#, #""😀""#, []), (#"{"minLength": 2}"#, #""a""#, ["minLength"]),
        (#"{"pattern": "^a+$"}"#, #""aab""#, ["pattern"]),
        (#"{"pattern": "b"}"#, #""abc""#, []),
        (#"{"format": "date"}"#, #""2024-02-29""#, []),
        (#"{"format": "date"}"#, #""2023-02-29""#, ["format"]),
        (#"{"format": "date-time"}"#, #""2024-02-29T12:00:00.5+01:00""#, []),
        (#"{"format": "date-time"}"#, #""2024-02-29 12:00:00Z""#, ["format"]),
        (#"{"format": "email"}"#, #""a@b""#, []),
        (#"{"format": "email"}"#, #""a b@c""#, ["format"]),
        (#"{"format": "uuid"}"#, #""00000000-0000-0000-0000-00000000000G""#, ["format"]),
        (#"{"items": {"type": "integer"}}"#, #"[1, "a"]"#, ["type"]),
        (#"{"prefixItems": [{"type": "integer"}], "items": false}"#, "[1, 2]", ["items"]),
        (#"{"prefixItems": [{"type": "integer"}]}"#, #"["a", 2]"#, ["type"]),
        (#"{"minItems": 1, "maxItems": 2}"#, "[]", ["minItems"]),
        (#"{"uniqueItems": true}"#, "[1, 1.0]", ["uniqueItems"]),
        (#"{"uniqueItems": true}"#, "[1, true]", []),
        (#"{"contains": {"const": 1}, "maxContains": 1}"#, "[1, 1]", ["maxContains"]),
        (#"{"contains": {"const": 1}, "minContains": 0}"#, "[]", []),
        (#"{"required": ["a", "b"]}"#, #"{"a": 1}"#, ["required"]),
        (
            #"{"properties": {"a": {"type": "string"}}, "additionalProperties": false}"#,
            #"{"a": 1, "b": 2}"#, ["type", "additionalProperties"]
        ),
        (
            #"{"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": {"minimum": 2}}"#,
            #"{"x1": 1, "y": 1}"#, ["type", "minimum"]
        ),
        (#"{"propertyNames": {"maxLength": 1}}"#, #"{"ab": 1}"#, ["maxLength"]),
        (#"{"minProperties": 1}"#, "{}", ["minProperties"]),
        (#"{"dependentRequired": {"a": ["b"]}}"#, #"{"a": 1}"#, ["dependentRequired"]),
        (#"{"dependentSchemas": {"a": {"required": ["b"]}}}"#, #"{"a": 1}"#, ["required"]),
        (#"{"allOf": [{"minimum": 1}, {"minimum": 3}]}"#, "2", ["minimum"]),
        (#"{"anyOf": [{"type": "string"}, {"minimum": 3}]}"#, "2", ["anyOf"]),
        (#"{"oneOf": [{"minimum": 1}, {"minimum": 2}]}"#, "2", ["oneOf"]),
        (#"{"not": {"type": "string"}}"#, #""a""#, ["not"]),
        (
            #"{"if": {"minimum": 10}, "then": {"multipleOf": 10}, "else": {"maximum": 5}}"#, "7",
            ["maximum"]
        ),
        (##"{"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "string"}}}"##, "1", ["type"]),
        (
            ##"{"$ref": "#name", "$defs": {"a": {"$anchor": "name", "type": "string"}}}"##, "1",
            ["type"]
        ),
        (
            ##"{"properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}}}"##,
            #"{"next": {"next": {"n": "x"}}}"#, ["type"]
        ),
        (
            #"{"$id": "https://a.b/c", "$ref": "https://a.b/c#/$defs/d", "$defs": {"d": false}}"#,
            "1",
            ["false"]
        ),
        (
            #"{"$schema": "http://json-schema.org/draft-07/schema#", "items": [true], "additionalItems": false}"#,
            "[1, 2]", ["additionalItems"]
        ),
        (
            #"{"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": ["b"], "c": {"minProperties": 3}}}"#,
            #"{"a": 1, "c": 1}"#, ["dependentRequired", "minProperties"]
        ),
        (
            ##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "minimum": 5, "definitions": {"a": {"type": "integer"}}}"##,
            "1", []
        ),
        (
            #"{"title": "t", "description": "d", "default": 1, "examples": [], "$comment": "c"}"#,
            "1",
            []
        ),
    ]

    @Test(arguments: cases)
    func keywordsMeanWhatTheDraftsSay(
        _ schema: String, _ value: String, _ violations: [String]
    ) throws {
        let found = try Schema(schema).violations(of: Value.parse(value))
        #expect(found.map(\.keyword) == violations, "\(schema) \(value) \(found)")
    }

    @Test func placesAndMessagesNameWhatIsWrong() throws {
        let schema = try Schema(
            #"{"properties": {"ages": {"items": {"maximum": 5}}}, "required": ["id"]}"#)
        let found = try schema.violations(of: Value.parse(#"{"ages": [1, 7]}"#))
        #expect(
            found.map { "\($0.place): \($0.message)" } == [
                "/ages/1: 7 is greater than 5", ": 'id' is missing",
            ])
        #expect(try schema.violations(of: Value.parse(#"{"ages": [9, 7]}"#), limit: 1).count == 1)
    }

    static let refused: [(schema: String, problem: String)] = [
        ("[]", "1:1: a schema is an object, true or false"),
        ("{\n \"unevaluatedProperties\": false}", "2:27: keyword 'unevaluatedProperties' is not"),
        (#"{"$defs": {"unused": {"unevaluatedItems": false}}}"#, "keyword 'unevaluatedItems'"),
        (#"{"requird": ["a"]}"#, "keyword 'requird'"),
        (#"{"format": "ipv4"}"#, "format \"ipv4\" is not supported; there are date, date-time"),
        (#"{"$ref": "other.json"}"#, "leads to another file"),
        (##"{"$ref": "#/$defs/a"}"##, "leads to nothing in this file"),
        (##"{"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#"}]}}}"##, "back to itself"),
        (#"{"$schema": "http://json-schema.org/draft-04/schema#"}"#, "neither draft 2020-12 nor"),
        (
            #"{"$schema": "http://json-schema.org/draft-07/schema#", "prefixItems": [true]}"#,
            "'prefixItems' is a keyword of draft 2020-12"
        ),
        (#"{"dependencies": {}}"#, "'dependencies' is a keyword of draft-07"),
        (#"{"items": [true]}"#, "a schema is an object"),
        (#"{"pattern": "(("}"#, "no regular expression"),
        (#"{"minLength": -1}"#, "whole number"), (#"{"type": "int"}"#, "'type' is one of null"),
        (#"{"properties": {"a": {"$id": "x"}}}"#, "'$id' within a schema"),
        ("{", "no JSON"),
    ]

    @Test(arguments: refused)
    func whatIsNotUnderstoodIsRefusedByName(_ schema: String, _ problem: String) throws {
        let problems = try #require(throws: SchemaProblems.self) { try Schema(schema) }
        let all = problems.all.map { "\($0.position): \($0.message)" }
        #expect(all.contains { $0.contains(problem) }, "\(all)")
    }

    @Test func allProblemsOfASchemaAreToldAtOnce() throws {
        let problems = try #require(throws: SchemaProblems.self) {
            try Schema(#"{"minimum": "1", "maxmum": 2, "items": {"type": 7}}"#)
        }
        #expect(problems.all.count == 3)
    }

    @Test func textsStandForWhatTheySpellInTheNaturalReading() throws {
        let schema = try Schema(
            """
            {"properties": {
              "age": {"type": "integer", "minimum": 2}, "price": {"$ref": "#/$defs/price"},
              "zip": {"type": "string", "pattern": "^[0-9]{5}$"}, "member": {"type": "boolean"},
              "note": {"type": ["string", "null"]}, "left": {"type": ["integer", "null"]},
              "grade": {"enum": [1, 2, "none"]}, "score": {"maximum": 10}},
             "required": ["age"], "$defs": {"price": {"type": "number"}}}
            """)
        func violations(_ value: Value) -> [String] {
            schema.violations(of: value, reading: .natural).map { "\($0.place) \($0.keyword)" }
        }
        #expect(
            violations([
                "age": "3", "price": "1.5e1", "zip": "01234", "member": "true", "note": "",
                "left": "", "grade": "2", "score": "9.5",
            ]) == [])
        #expect(violations(["age": "1"]) == ["/age minimum"])
        #expect(violations(["age": "three"]) == ["/age type"])
        #expect(violations(["age": ""]) == [" required"])
        #expect(violations(["age": "3", "price": ""]) == [])
        #expect(violations(["age": "3", "zip": ""]) == ["/zip pattern"])
        #expect(violations(["age": "3", "grade": "3", "score": "11"]).count == 2)
        #expect(schema.violations(of: ["age": "3"]).map(\.keyword) == ["type"])
    }
}
