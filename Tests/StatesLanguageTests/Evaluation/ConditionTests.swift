import JSON
import Testing

@testable import StatesLanguage

@Suite struct ConditionTests {
    private func condition(_ rule: String) throws -> Condition {
        let member = rule.dropFirst().dropLast()
        let state = try state(#""Choice","Choices":[{\#(member),"Next":"N"}]"#)
        guard case .choice(let choice) = state.action else {
            throw StateFault(error: "not a choice", cause: nil)
        }
        return try #require(choice.rules.first).condition
    }

    /// Values that operators of each family are tried on.
    static let values: Value = [
        "null": nil, "true": true, "zero": 0, "one": 1, "oneF": 1.0, "minus": -1, "text1": "1",
        "a": "A", "ab": "AB", "empty": "", "list": [], "object": [:],
        "time": "2016-03-14T01:59:00Z", "same": "2016-03-14T03:59:00+02:00",
        "later": "2017-01-01T00:00:00.001Z", "noZone": "2016-03-14T01:59:00", "emoji": "😀",
        "private": "\u{E000}",
    ]

    /// For each operator and operand the names of the values for which it holds.
    @Test(arguments: [
        (#""StringEquals":"A""#, ["a"]),
        (#""StringLessThan":"AB""#, ["text1", "a", "empty", "time", "same", "later", "noZone"]),
        (#""StringGreaterThan":"A""#, ["ab", "emoji", "private"]),
        (#""StringGreaterThanEquals":"AB""#, ["ab", "emoji", "private"]),
        (#""StringGreaterThan":"😀""#, ["private"]),
        (#""StringLessThanEquals":"""#, ["empty"]),
        (#""StringEqualsPath":"$.ab""#, ["ab"]),
        (#""StringEqualsPath":"$.one""#, []),
        (#""StringMatches":"A*""#, ["a", "ab"]),
        (#""NumericEquals":1"#, ["one", "oneF"]),
        (#""NumericEquals":0.0"#, ["zero"]),
        (#""NumericLessThan":0"#, ["minus"]),
        (#""NumericLessThanEquals":0"#, ["minus", "zero"]),
        (#""NumericGreaterThan":0"#, ["one", "oneF"]),
        (#""NumericGreaterThanEqualsPath":"$.one""#, ["one", "oneF"]),
        (#""NumericGreaterThanEqualsPath":"$.text1""#, []),
        (#""BooleanEquals":true"#, ["true"]),
        (#""BooleanEquals":false"#, []),
        (#""BooleanEqualsPath":"$.true""#, ["true"]),
        (#""TimestampEquals":"2016-03-14T01:59:00.000Z""#, ["time", "same"]),
        (#""TimestampGreaterThan":"2016-03-14T01:59:00Z""#, ["later"]),
        (#""TimestampLessThanEqualsPath":"$.same""#, ["time", "same"]),
        (#""TimestampLessThanPath":"$.a""#, []),
        (#""IsNull":true"#, ["null"]),
        (#""IsNumeric":true"#, ["zero", "one", "oneF", "minus"]),
        (#""IsBoolean":true"#, ["true"]),
        (#""IsTimestamp":true"#, ["time", "same", "later"]),
        (
            #""IsString":true"#,
            [
                "text1", "a", "ab", "empty", "time", "same", "later", "noZone", "emoji", "private",
            ]
        ),
        (
            #""IsString":false"#,
            ["null", "true", "zero", "one", "oneF", "minus", "list", "object"]
        ),
    ])
    func holdsForTheRightValues(_ test: String, _ expected: [String]) throws {
        var scope = scope(Self.values)
        for member in try #require(Self.values.object) {
            let name = member.key.string
            let condition = try condition(#"{"Variable":"$.\#(name)",\#(test)}"#)
            #expect(
                try condition.evaluate(in: &scope) == expected.contains(name),
                "\(test) on \(member.value)")
        }
    }

    @Test(arguments: [
        (#"{"Variable":"$.null","IsPresent":true}"#, true),
        (#"{"Variable":"$.gone","IsPresent":true}"#, false),
        (#"{"Variable":"$.gone","IsPresent":false}"#, true),
        (#"{"Variable":"$gone.x","IsPresent":true}"#, false),
        (#"{"Variable":"$$.Execution.Name","IsPresent":true}"#, true),
        (#"{"Variable":"$$.Execution.Name","StringEquals":"run"}"#, true),
        (#"{"Variable":"$v","NumericEquals":5}"#, true),
        (#"{"Not":{"Variable":"$.one","NumericEquals":1}}"#, false),
        (
            #"{"And":[{"Variable":"$.one","NumericEquals":2},{"Variable":"$.gone","IsNull":true}]}"#,
            false
        ),
        (
            #"{"Or":[{"Variable":"$.one","NumericEquals":1},{"Variable":"$.gone","IsNull":true}]}"#,
            true
        ),
    ])
    func combinesAndStopsEarly(_ rule: String, _ expected: Bool) throws {
        var scope = scope(Self.values, variables: [Member("v", 5)])
        #expect(try condition(rule).evaluate(in: &scope) == expected)
    }

    @Test(arguments: [
        (#"{"Variable":"$.gone","IsNull":true}"#, "$.gone"),
        (#"{"Variable":"$.one","NumericEqualsPath":"$.gone.x"}"#, "$.gone.x"),
        (#"{"Not":{"Variable":"$$.gone","StringEquals":""}}"#, "$$.gone"),
    ])
    func faultsOnPathsThatLeadNowhere(_ rule: String, _ path: String) throws {
        let condition = try condition(rule)
        var scope = scope(Self.values)
        let message =
            "Invalid path '\(path)': The choice state's condition path references an invalid value."
        #expect(cause { () throws(StateFault) in try condition.evaluate(in: &scope) } == message)
    }
}
