import JSON
import Testing

@testable import StatesLanguage

@Suite struct TemplateTests {
    static let input: Value = [
        "a": 1, "list": [1, 2, 3], "person": ["name": "Ada"], "null": nil, "text": "1",
    ]

    private func parameters(_ template: String) throws -> Template {
        try #require(
            try state(#""Pass","Parameters":\#(template),"End":true"#).parameters)
    }

    @Test(arguments: [
        (#"{"x":1,"y":[true,{"z":null}]}"#, #"{"x":1,"y":[true,{"z":null}]}"#),
        (#"{"x.$":"$.a"}"#, #"{"x":1}"#),
        (#"{"x.$":"$"}"#, "{\"x\":\(input)}"),
        (#"{"x.$":"$.person.name","y":{"z.$":"$.list[1]"}}"#, #"{"y":{"z":2},"x":"Ada"}"#),
        (#"[{"x.$":"$.a"},"$.a"]"#, #"[{"x.$":"$.a"},"$.a"]"#),
        (#"{"y":[{"x.$":"$.a"},"$.a"]}"#, #"{"y":[{"x":1},"$.a"]}"#),
        (#"{"x.$":"$$.Map.Item.Value.id","i.$":"$$.Map.Item.Index"}"#, #"{"x":"v","i":2}"#),
        (#"{"x.$":"$$.Execution.Name","y.$":"$$.State.Name"}"#, #"{"x":"run","y":"A"}"#),
        (#"{"x.$":"$v.deep[0]","y.$":"$v"}"#, #"{"x":7,"y":{"deep":[7]}}"#),
        (#"{"x.$":"$.list[9]"}"#, #"{"x":null}"#),
        (#"{"x.$":"$.list[9].name"}"#, #"{"x":null}"#),
        (#"{"x.$":"$.list[1:]","y.$":"$.none[*]"}"#, #"{"x":[2,3],"y":[]}"#),
        (#"{"x.$":"States.Format('{}!', $.person.name)"}"#, #"{"x":"Ada!"}"#),
        (
            #"{"mapValue.$":"$.a","fromInput.$":"$.a","constantValue":0}"#,
            #"{"constantValue":0,"mapValue":1,"fromInput":1}"#
        ),
        (
            #"{"userId.$":"$.a","movieId.$":"$.a","rating.$":"$.a","timestamp.$":"$.a"}"#,
            #"{"rating":1,"movieId":1,"userId":1,"timestamp":1}"#
        ),
    ])
    func makesMembersInTheOrderOfAWS(_ template: String, _ expected: String) throws {
        var scope = scope(Self.input, variables: [Member("v", ["deep": [7]])])
        let value = try parameters(template).evaluate(in: &scope)
        #expect(value.serialized == expected)
    }

    @Test func givesBackALiteralAsItIs() throws {
        let template = try parameters(#"{"x": [1, {"y": "z"}]}"#)
        #expect(template.isLiteral)
    }

    @Test(arguments: [
        (
            "$.no",
            "The JSONPath '$.no' specified for the field 'k.$' could not be found in the"
                + " input '{\"a\":1}'"
        ),
        (
            "$$.Execution.Input.no",
            "The JSONPath '$$.Execution.Input.no' specified for the field 'k.$' could not be found"
                + " in the input '{\"Execution\":{\"Id\":\"arn:x\",\"Input\":{\"a\":1},\"Name\":"
                + "\"run\"},\"StateMachine\":{\"Id\":\"arn:m\",\"Name\":\"machine\"},\"State\":"
                + "{\"Name\":\"A\",\"EnteredTime\":\"2023-11-14T22:13:20.123Z\"},\"Map\":{\"Item\":"
                + "{\"Index\":2,\"Value\":{\"id\":\"v\"}}}}'"
        ),
        (
            "$gone.x",
            "The JSONPath '$gone.x' specified for the field 'k.$' could not be found in"
                + " the input '{}'"
        ),
    ])
    func saysWhichPathLeadsNowhere(_ path: String, _ message: String) throws {
        var scope = scope(["a": 1])
        let template = try parameters(#"{"k.$":"\#(path)"}"#)
        #expect(cause { () throws(StateFault) in try template.evaluate(in: &scope) } == message)
    }

    @Test(arguments: ["$.a[-1].b", "$.a[9][*]", "$.a[0,9]", "$.a[-2:0]", "$.a[(@.length-3)]"])
    func onlyAnIndexPastTheEndIsNull(_ path: String) throws {
        var scope = scope(["a": [1]])
        let template = try parameters(#"{"k.$":"\#(path)"}"#)
        let message = cause { () throws(StateFault) in try template.evaluate(in: &scope) }
        #expect(
            message == "The JSONPath '\(path)' specified for the field 'k.$' could not be found in"
                + " the input '{\"a\":[1]}'")
    }

    @Test func assignsFromTheValuesAtEntry() throws {
        let assign = try state(#""Pass","Assign":{"a.$":"$b","b.$":"$a"},"End":true"#).assign
        var scope = scope([:], variables: [Member("a", 1), Member("b", 2)])
        try assign.assign(in: &scope)
        #expect(scope.variables["a"] == 2)
        #expect(scope.variables["b"] == 1)
    }
}
