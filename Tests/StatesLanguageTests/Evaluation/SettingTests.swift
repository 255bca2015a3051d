import JSON
import Testing

@testable import StatesLanguage

@Suite struct SettingTests {
    static let now = 1_700_000_000_000

    private func deadline(_ wait: String, _ input: Value) throws -> Int {
        let state = try state(#""Wait",\#(wait),"End":true"#)
        guard case .wait(let action) = state.action else { return -1 }
        var scope = scope(input)
        return try action.deadline(in: &scope, now: Self.now)
    }

    @Test(
        arguments: [
            (#""Seconds":5"#, nil, now + 5000), (#""SecondsPath":"$""#, 5, now + 5000),
            (#""SecondsPath":"$""#, "5", now + 5000), (#""SecondsPath":"$""#, 0, now),
            (#""Timestamp":"1970-01-01T00:00:01.999Z""#, nil, 1000),
            (#""TimestampPath":"$""#, "2023-11-14T22:13:30Z", 1_700_000_010_000),
        ] as [(String, Value, Int)])
    func knowsUntilWhenToWait(_ wait: String, _ input: Value, _ expected: Int) throws {
        #expect(try deadline(wait, input) == expected)
    }

    @Test(
        arguments: [
            (
                #""SecondsPath":"$.p""#, [:],
                "The SecondsPath parameter does not reference an input value: $.p"
            ),
            (
                #""SecondsPath":"$.p""#, ["p": 1.5],
                "The SecondsPath parameter cannot be parsed as a long value: $.p == 1.5"
            ),
            (
                #""SecondsPath":"$.p""#, ["p": -1],
                "The SecondsPath parameter references a negative value: $.p == -1"
            ),
            (
                #""TimestampPath":"$.p""#, ["p": "2016-12-05T21:29:29"],
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset"
                    + " date-time format string: $.p == 2016-12-05T21:29:29"
            ),
            (#""SecondsPath":"$.p""#, ["p": 99_999_999_999], "Wait state delay is too long."),
            (#""Timestamp":"2099-12-05T21:29:29Z""#, [:], "Wait state delay is too long."),
        ] as [(String, Value, String)])
    func saysWhyItCannotWait(_ wait: String, _ input: Value, _ message: String) {
        let fault = #expect(throws: StateFault.self) { try deadline(wait, input) }
        #expect(fault?.cause == message)
        #expect(fault?.error == "States.Runtime")
    }

    private func distributedMap(_ members: String) throws -> MapAction {
        let state = try state(
            #"""
            "Map",\#(members),"End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED",
            "ExecutionType":"EXPRESS"},"StartAt":"P","States":{"P":{"Type":"Succeed"}}}
            """#)
        guard case .map(let map) = state.action else {
            throw StateFault(error: "not a map", cause: nil)
        }
        return map
    }

    @Test(
        arguments: [
            ("NoNumber", "\"NoNumber\""), ([:], "\"{}\""), (1.5, "\"1.5\""), (nil, "\"null\""),
        ] as [(Value, String)])
    func saysWhatIsNoInteger(_ value: Value, _ printed: String) throws {
        let map = try distributedMap(
            #""MaxConcurrencyPath":"$.p","ToleratedFailureCountPath":"$.p""#)
        var scope = scope(["p": value])
        #expect(
            cause { () throws(StateFault) in try map.evaluateMaxConcurrency(in: &scope) }
                == "The MaxConcurrencyPath field refers to value \(printed) which is not a valid"
                + " integer: $.p")
        #expect(
            cause { () throws(StateFault) in
                try map.distribution?.evaluateToleratedFailureCount(in: &scope)
            }
                == "The ToleratedFailureCountPath field refers to value \(printed) which is not a"
                + " valid integer: $.p")
    }

    @Test func readsNumbersFromTexts() throws {
        let map = try distributedMap(
            #""MaxConcurrencyPath":"$.c","ToleratedFailurePercentagePath":"$.p""#)
        var scope = scope(["c": "7", "p": "12.5"])
        #expect(try map.evaluateMaxConcurrency(in: &scope) == 7)
        #expect(try map.distribution?.evaluateToleratedFailurePercentage(in: &scope) == 12.5)
        #expect(try map.distribution?.evaluateToleratedFailureCount(in: &scope) == nil)
    }

    @Test(
        arguments: [
            (["c": -1, "p": 1], "ToleratedFailureCount cannot be negative."),
            (["c": 1, "p": 101], "ToleratedFailurePercentage must be between 0 and 100."),
            (["c": 1, "p": -0.5], "ToleratedFailurePercentage must be between 0 and 100."),
        ] as [(Value, String)])
    func keepsToleranceInBounds(_ input: Value, _ message: String) throws {
        let map = try distributedMap(
            #""ToleratedFailureCountPath":"$.c","ToleratedFailurePercentagePath":"$.p""#)
        var scope = scope(input)
        let found = cause { () throws(StateFault) in
            _ = try map.distribution?.evaluateToleratedFailureCount(in: &scope)
            return try map.distribution?.evaluateToleratedFailurePercentage(in: &scope)
        }
        #expect(found == message)
    }

    @Test(arguments: [
        ("\"ItemsPath\":\"$.x\"", "Reference path \"$.x\" must point to array."),
        (
            "\"ItemsPath\":\"$$.Execution.Input.x\"",
            "Reference path \"$.Execution.Input.x\" must point to array."
        ),
    ])
    func iteratesOverArraysAndObjectsOnly(_ items: String, _ message: String) throws {
        let map = try distributedMap(items)
        var wrong = scope(["x": 1])
        #expect(cause { () throws(StateFault) in try map.evaluateItems(in: &wrong) } == message)
        var right = scope(["x": ["k": 1]])
        #expect(try map.evaluateItems(in: &right) == ["k": 1])
    }

    @Test func aBackslashInAReferencePathMakesTheNextCharacterPartOfAName() throws {
        let map = try distributedMap(#""ItemsPath":"$.x\\.y","MaxConcurrencyPath":"$.a\\[b""#)
        var scope = scope(["x.y": [1], "a[b": 3])
        #expect(try map.evaluateItems(in: &scope) == [1])
        #expect(try map.evaluateMaxConcurrency(in: &scope) == 3)
    }
}
