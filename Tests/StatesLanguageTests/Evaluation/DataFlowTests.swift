import JSON
import Testing

@testable import StatesLanguage

@Suite struct DataFlowTests {
    @Test(arguments: [
        ("\"$\"", #"{"a":{"b":1}}"#), ("null", "{}"), ("\"$.a\"", #"{"b":1}"#),
        ("\"$.a.b\"", "1"), ("\"$$.Execution.Name\"", "\"run\""), ("\"$v\"", "[1]"),
        ("\"$.a[*]\"", "[1]"),
    ])
    func selectsByPath(_ path: String, _ expected: String) throws {
        let state = try state(#""Pass","InputPath":\#(path),"OutputPath":\#(path),"End":true"#)
        let scope = scope(["a": ["b": 1]], variables: [Member("v", [1])])
        #expect(try state.inputPath.apply(to: scope.input, in: scope).serialized == expected)
        #expect(try state.outputPath.apply(to: scope.input, in: scope).serialized == expected)
    }

    @Test(arguments: [
        ("$.x", "Invalid path '$.x' : No results for path: $['x']"),
        ("$.no.such.path", "Invalid path '$.no.such.path' : Missing property in path $['no']"),
        ("$gone", "Invalid path '$gone' : No results for path: $['gone']"),
    ])
    func saysWhereAPathEnds(_ path: String, _ message: String) throws {
        let state = try state(#""Pass","InputPath":"\#(path)","End":true"#)
        let scope = scope(["a": 1])
        #expect(
            cause { () throws(StateFault) in try state.inputPath.apply(to: scope.input, in: scope) }
                == message)
    }

    @Test(arguments: [
        ("\"$\"", "{}", "7"), ("null", #"{"a":1}"#, #"{"a":1}"#),
        ("\"$.r\"", #"{"a":1}"#, #"{"a":1,"r":7}"#),
        ("\"$.a\"", #"{"a":1,"b":2}"#, #"{"a":7,"b":2}"#),
        ("\"$.x.y\"", "{}", #"{"x":{"y":7}}"#),
        ("\"$[1].p\"", #"[{"p":0},{"q":1}]"#, #"[{"p":0},{"q":1,"p":7}]"#),
    ])
    func mergesTheResult(_ path: String, _ input: String, _ expected: String) throws {
        let state = try state(#""Pass","ResultPath":\#(path),"End":true"#)
        var merged = try Value.parse(input)
        try state.resultPath.apply(7, to: &merged)
        #expect(merged.serialized == expected)
    }

    @Test(arguments: [("$.a.b", #"{"a":1}"#), ("$[2]", "[1,2]"), ("$.a", "[1]"), ("$.a", "5")])
    func faultsWhereTheResultHasNoPlace(_ path: String, _ input: String) throws {
        let state = try state(#""Pass","ResultPath":"\#(path)","End":true"#)
        var merged = try Value.parse(input)
        let fault = #expect(throws: StateFault.self) {
            try state.resultPath.apply(7, to: &merged)
        }
        #expect(fault?.error == "States.ResultPathMatchFailure")
        #expect(fault?.isCatchable == true)
        #expect(merged.serialized == input)
    }
}
