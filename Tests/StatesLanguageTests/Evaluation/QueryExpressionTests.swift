import JSON
import JSONata
import Testing

@testable import StatesLanguage

@Suite struct QueryExpressionTests {
    private func output(_ template: String) throws -> Template {
        try #require(
            try state(#""Pass","Output":\#(template),"End":true"#, language: .jsonata).output)
    }

    @Test(arguments: [
        (#""{% 1 + 1 %}""#, "2"),
        (#""{%$states.input.a%}""#, "1"),
        (#"" {% 1 %}""#, #"" {% 1 %}""#),
        (
            #"{"b":"{% $v %}","a":["{% null %}","x",{"c":"{% [] %}"}]}"#,
            #"{"b":[7],"a":[null,"x",{"c":[]}]}"#
        ),
        (#""{% $states.context.State.Name & $states.context.Map.Item.Index %}""#, #""A2""#),
        (#""{% $keys($states) %}""#, #"["input","context"]"#),
        (
            #""{% $keys($states.context) %}""#, #"["Execution","StateMachine","State","Map"]"#
        ),
        (
            #""{% $states.context[Map].State.EnteredTime %}""#, #""2023-11-14T22:13:20.123Z""#
        ),
        (#""{% $states.context.*.Name %}""#, #"["run","machine","A"]"#),
        (#""{% $states[context].input.a %}""#, "1"),
        (#""{% $states.context.Map.(%.State.Name) %}""#, #""A""#),
        (#""{% $states.context@$c.input.($c.State.Name) %}""#, #""A""#),
        (#""{% $states.input.(%.context.State.Name) %}""#, #""A""#),
        (#""{% $lookup($states, 'context').Map.Item.Value.id %}""#, #""v""#),
        (#""{% ($s := $states; $s.context.StateMachine.Id) %}""#, #""arn:m""#),
        (#""{% $states.input.items[price > 3].name %}""#, #""tea""#),
        (#"{"1":{"deep":[]}}"#, #"{"1":{"deep":[]}}"#),
    ])
    func evaluatesStringsWithDelimiters(_ template: String, _ expected: String) throws {
        let input: Value = [
            "a": 1, "items": [["name": "tea", "price": 4], ["name": "tap", "price": 0]],
        ]
        var scope = scope(input, variables: [Member("v", [7])])
        #expect(try output(template).evaluate(in: &scope).serialized == expected)
    }

    @Test func variablesHideFunctionsOnceTheyAreSet() throws {
        let definition = #"""
            {"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Output":
            {"now":"{% $type($now) %}","sum":"{% $sum([1,2]) %}"},"Assign":{"now":[1]},"End":true}}}
            """#
        let result = StateMachine.decode(definition)
        #expect(result.diagnostics.map(\.code) == [])
        #expect(result.machine?.variableReferences == ["A": ["now"]])
        let output = try #require(result.machine?.workflow.states[0].output)
        var scope = scope([:])
        #expect(try output.evaluate(in: &scope) == ["now": "function", "sum": 3])
        scope.variables["now"] = [1]
        #expect(try output.evaluate(in: &scope) == ["now": "array", "sum": 3])
    }

    @Test func drawsTheSameRandomNumbersAgain() throws {
        let template = try output(#"["{% $random() %}","{% $uuid() %}","{% $random() %}"]"#)
        var first = scope([:])
        var second = scope([:])
        let value = try template.evaluate(in: &first)
        #expect(try template.evaluate(in: &second) == value)
        #expect(value[0] != value[2])
        #expect(try template.evaluate(in: &first) != value)
    }

    private static func said(_ expression: String, _ field: String, _ what: String) -> String {
        "The JSONata expression '\(expression)' specified for the field '\(field)' \(what)"
    }

    @Test(arguments: [
        (
            #"{"x":["{% $nothing %}"]}"#, "Output/x[0]",
            said("$nothing", "Output/x[0]", "returned nothing (undefined).")
        ),
        (
            #""{% $states.input() %}""#, "Output",
            said(
                "$states.input()", "Output",
                "threw an error during evaluation. T1006: Attempted to invoke a non-function")
        ),
        (
            #""{%  function($x){$x}  %}""#, "Output",
            said("function($x){$x}", "Output", "returned an unsupported result type.")
        ),
    ])
    func saysWhatIsWrong(_ template: String, _ field: String, _ message: String) throws {
        let template = try output(template)
        var scope = scope([:])
        let fault = #expect(throws: StateFault.self) { try template.evaluate(in: &scope) }
        #expect(fault?.cause == message)
        #expect(fault?.error == "States.QueryEvaluationError")
        #expect(fault?.origin == .interpreter(field: field))
    }

    @Test func keepsToItsLimits() throws {
        let template = try output(#""{% ($f := function($n){ 1 + $f($n + 1) }; $f(1)) %}""#)
        var scope = scope([:])
        scope.limits = Environment.Limits(milliseconds: 1000, depth: 100, memory: 1 << 20)
        let fault = #expect(throws: StateFault.self) { try template.evaluate(in: &scope) }
        #expect(fault?.cause?.contains("threw an error during evaluation: Stack") == true)
    }

    @Test(arguments: [
        ("1", "'number' for value: 1"), ("null", "'null' for value: null"),
        ("{'a':'b'}", "'object' for value: {\"a\":\"b\"}"),
    ])
    func itemsMustBeAnArray(_ expression: String, _ found: String) throws {
        let state = try state(
            #"""
            "Map","Items":"{% \#(expression) %}","End":true,"ItemProcessor":
            {"StartAt":"P","States":{"P":{"Type":"Succeed"}}}
            """#,
            language: .jsonata)
        guard case .map(let map) = state.action else { return }
        var scope = scope([:])
        let message = Self.said(
            expression, "Items",
            "returned an unexpected result type. Expected 'array', but was \(found)")
        #expect(cause { () throws(StateFault) in try map.evaluateItems(in: &scope) } == message)
    }

    @Test func conditionsMustBeTruthValues() throws {
        let state = try state(
            #""Choice","Choices":[{"Condition":true,"Next":"N"},{"Condition":"{% 1 %}","Next":"N"}]"#,
            language: .jsonata)
        guard case .choice(let choice) = state.action else { return }
        var scope = scope([:])
        #expect(try choice.rules[0].condition.evaluate(in: &scope))
        let message = Self.said(
            "1", "Choices[1]/Condition",
            "returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1")
        #expect(
            cause { () throws(StateFault) in try choice.rules[1].condition.evaluate(in: &scope) }
                == message)
    }

    @Test(arguments: [
        (
            "{% phone %}", "UNSUPPORTED_JSONATA_EXPRESSION",
            "Reference to 'phone' at the top level is not supported.", 4
        ),
        (
            "{%  $.a %}", "UNSUPPORTED_JSONATA_EXPRESSION",
            "Reference to '$' at the top level is not supported.", 5
        ),
        (
            "{% $states.result %}", "UNSUPPORTED_JSONATA_EXPRESSION",
            "Reference to '$states.result' is not supported here.", 4
        ),
        ("{% 1 + %}", "INVALID_JSONATA_EXPRESSION", "Unexpected end of expression", 7),
        (
            "{% 'é' & ) %}", "INVALID_JSONATA_EXPRESSION",
            "The symbol \")\" cannot be used as a unary operator", 10
        ),
        ("{% $nobody %}", "UNKNOWN_VARIABLE", "Variable 'nobody' is never assigned", 4),
        ("{% $nope(1) %}", "UNKNOWN_FUNCTION", "Function '$nope' does not exist", 4),
        ("{% $states.inputt %}", "UNKNOWN_VARIABLE", "'$states' has no member 'inputt'", 4),
        ("{% $states.input ?? 1 %}", "DIFFERS_ON_AWS", "AWS does not know the operator '??'", 18),
    ])
    func reportsProblemsInsideTheString(
        _ expression: String, _ code: String, _ message: String, _ column: Int
    ) {
        let prefix = #"{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Succeed","#
        let text = prefix + "\n\"Output\":{\"x\":\"" + expression + "\"}}}}"
        let diagnostics = StateMachine.decode(text).diagnostics
        #expect(diagnostics.map(\.code.rawValue) == [code])
        #expect(diagnostics.map(\.message) == [message])
        #expect(diagnostics.map(\.location) == ["/States/A/Output/x"])
        #expect(diagnostics.map(\.position) == [Position(line: 2, column: 15 + column)])
    }
}
