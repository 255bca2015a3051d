import JSON
import JSONata
import Testing

/// A member that the caller supplies by itself is the same as one of the whole variable.
@Suite struct SeparateMemberTests {
    private static let input: Value = [
        "a": ["b": [1, 2, ["c": 3]], "c": "x"], "list": [["n": 1], ["n": 2]], "one": [5],
    ]
    private static let states: Value = ["input": input, "result": 7]

    @Test(arguments: [
        "$states.input.a.c", "$states.input.a.b", "$states.input.a.b[0]", "$states.input.a.b[2].c",
        "$states.input.list.n", "$states.input.list[n = 2].n", "$states.input.one",
        "$states.input.missing.x", "$states.input.a.missing", "$states.input.list#$i.(n + $i)",
        "$states.input.list@$l.($l.n)", "$states.input.a.b.%.c", "$states.input", "$states",
        "$states.result", "$states.input.list.n[]", "$states.input.one.$string()",
        "($states := {'input': {'a': {'c': 'mine'}}}; $states.input.a.c)",
        "function($states) { $states.input.a.c }({'input': {'a': {'c': 'own'}}})",
        "$map($states.input.list, function($l) { $l.n + $states.input.list[0].n })",
        "$states.input.list^(>n).n", "$states.input.a{c: b[0]}", "$states.*.a.c",
        "$states.input.*.c",
    ])
    func readsTheSame(_ text: String) throws {
        let whole = try Expression(text)
        var options = CompileOptions()
        options.separateMembers = ["states": ["input"]]
        let separate = try Expression(text, options: options)
        func result(_ expression: Expression) throws -> Value? {
            try expression.evaluate(
                nil,
                variables: expression.freeVariables.map {
                    switch $0 {
                    case "states": Self.states
                    case "states.input": Self.input
                    default: nil
                    }
                })
        }
        #expect(try result(separate) == result(whole))
    }

    @Test func theWholeVariableIsNotAskedForWhereAMemberIsEnough() throws {
        var options = CompileOptions()
        options.separateMembers = ["states": ["input"]]
        #expect(
            try Expression("$states.input.a", options: options).freeVariables == ["states.input"])
        #expect(try Expression("$states.input", options: options).freeVariables == ["states"])
    }
}
