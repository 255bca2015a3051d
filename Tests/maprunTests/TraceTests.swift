import Testing

@Suite struct TraceTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(Flows.batch(key: "rows.csv"), to: "batch.asl.json")
        try workspace.write(
            "dateOfBirth,childFirstName,childLastName\n2023-01-02,Ann,Lee\nyesterday,Bo,Ek\n",
            to: "data/rows.csv")
    }

    @Test func anItemIsShownStateByState() throws {
        let trace = try workspace.maprun("trace", "batch.asl.json", "--item", "0")
        #expect(trace.code == 0)
        #expect(
            trace.lines.dropLast() == [
                "1  Rows  Map",
                "     input      {}",
                "     starts     a Map Run of EXPRESS children",
                "item 0 of 'Rows', line 2",
                #"     input      {"childLastName":"Lee","dateOfBirth":"2023-01-02","childFirstName":"Ann"}"#,
                "2  Check  Choice",
                #"     input      {"childLastName":"Lee","dateOfBirth":"2023-01-02","childFirstName":"Ann"}"#,
                #"     Choices[0]  $.dateOfBirth StringMatches "202*-*-*" → true  ($.dateOfBirth is "2023-01-02")"#,
                "     output     the input",
                "     next       Good",
                "3  Good  Pass",
                "     input      the output above",
                #"     Parameters.name  States.Format('{} {}', $.childFirstName, $.childLastName) → "Ann Lee""#,
                #"     output     {"name":"Ann Lee"}"#,
                "     next       end",
            ])
        #expect(trace.lines.last?.hasPrefix("SUCCEEDED after ") ?? false)
        #expect(throws: (any Error).self) { try workspace.run("batch") }
    }

    @Test func anItemIsFoundByItsKey() throws {
        let trace = try workspace.maprun(
            "trace", "batch.asl.json", "--key", "childFirstName", "--item", "Bo", "--json")
        #expect(trace.code == 1)
        #expect(trace.lines[0].hasPrefix(#"{"item":1,"map":"Rows","line":3,"input":{"#))
        #expect(
            trace.lines[1].hasPrefix(#"{"visit":2,"item":1,"state":"Check","type":"Choice","#))
        #expect(
            trace.lines[2]
                == #"{"visit":3,"item":1,"state":"Bad","type":"Fail","#
                + #""input":{"childLastName":"Ek","dateOfBirth":"yesterday","childFirstName":"Bo"},"#
                + #""error":"DateInvalid","cause":"yesterday","#
                + #""evaluations":[{"field":"CausePath","expression":"$.dateOfBirth","value":"yesterday"}]}"#
        )
        #expect(trace.lines[3].hasPrefix(#"{"visit":1,"state":"Rows","type":"Map","input":{}"#))
        #expect(trace.lines[4].hasPrefix(#"{"status":"FAILED","error":"DateInvalid""#))
    }

    @Test func valuesAreShortenedUnlessTheyAreWantedWhole() throws {
        let long = String(repeating: "abcdefghij", count: 20)
        try workspace.write(Flows.pass, to: "pass.asl.json")
        let input = #"{"long":"\#(long)"}"#
        let short = try workspace.maprun("trace", "pass.asl.json", "--input", input)
        #expect(short.lines[1].count == 100)
        #expect(short.lines[1].hasSuffix("…"))
        let full = try workspace.maprun("trace", "pass.asl.json", "--input", input, "--full")
        #expect(full.lines[1] == "     input      " + input)
    }

    @Test func retriesAndMocksAreShown() throws {
        try workspace.write(Flows.calls(key: "rows.jsonl"), to: "calls.asl.json")
        try workspace.write("{\"n\":1}\n", to: "data/rows.jsonl")
        try workspace.write(
            """
            {"StateMachines": {"calls": {"TestCases": {"Twice": {"Work": "work"}}}},
             "MockedResponses": {"work": {
               "0": {"Throw": {"Error": "Busy", "Cause": "later"}}, "1": {"Return": {"ok": true}}}}}
            """, to: "mock.json")
        let flow = try workspace.read("calls.asl.json").replacing(
            "\"Type\": \"Task\", \"End\": true,",
            with: """
                "Type": "Task", "End": true, "ResultPath": "$.result",
                "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1}],
                """)
        try workspace.write(flow, to: "retry.asl.json")
        let trace = try workspace.maprun(
            "trace", "retry.asl.json", "--item", "0", "--mock", "mock.json#Twice")
        #expect(trace.code == 0)
        #expect(
            trace.lines.dropFirst(5).dropLast() == [
                "2  Work  Task",
                #"     input      {"n":1}"#,
                "     calls      arn:aws:lambda:us-east-1:123456789012:function:work",
                #"     with       {"n":1}"#,
                "     answer     Busy: later",
                "     fails      Busy: later",
                "     retry      1 in 1.0 s",
                "     calls again  arn:aws:lambda:us-east-1:123456789012:function:work",
                #"     with       {"n":1}"#,
                #"     answer     {"ok":true}"#,
                "     ResultPath  $.result",
                #"     output     {"n":1,"result":{"ok":true}}"#,
                "     next       end",
            ])
        let json = try workspace.maprun(
            "trace", "retry.asl.json", "--item", "0", "--mock", "mock.json#Twice", "--json")
        #expect(
            json.lines[1].contains(
                #""error":"Busy","cause":"later","retryAfterMilliseconds":1000}"#))
    }

    static let nested = """
        {"QueryLanguage": "JSONata", "StartAt": "Both", "States": {
          "Both": {"Type": "Parallel", "Next": "Each",
            "Branches": [
              {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "Output": 1, "End": true}}},
              {"StartAt": "Pause", "States": {
                "Pause": {"Type": "Wait", "Seconds": "{% $states.input.pause %}", "End": true}}}]},
          "Each": {"Type": "Map", "Items": "{% [1, 2] %}", "Next": "Sum",
            "ItemSelector": {"n": "{% $states.context.Map.Item.Value * 10 %}"},
            "ItemProcessor": {"StartAt": "Is one?", "States": {
              "Is one?": {"Type": "Choice", "Default": "Throw", "Choices": [
                {"Condition": "{% $states.input.n = 10 %}", "Next": "Keep"}]},
              "Keep": {"Type": "Succeed"},
              "Throw": {"Type": "Fail", "Error": "Two", "Cause": "{% 'n is ' & $string($states.input.n) %}"}}},
            "Catch": [{"ErrorEquals": ["Two"], "Next": "Sum",
              "Output": "{% $states.errorOutput.Cause %}"}]},
          "Sum": {"Type": "Pass", "End": true, "Output": "{% $states.input + 1 %}"}}}
        """

    @Test func branchesIterationsCatchersAndFailedExpressionsAreShown() throws {
        try workspace.write(Self.nested, to: "nested.asl.json")
        let trace = try workspace.maprun("trace", "nested.asl.json", "--input", #"{"pause": 1}"#)
        #expect(trace.code == 1)
        let lines = trace.lines
        #expect(
            lines.contains("  2  Left  Pass  in Both[0]")
                || lines.contains("2  Left  Pass  in Both[0]"))
        #expect(lines.contains { $0.contains("Seconds    {% $states.input.pause %} → 1") })
        #expect(lines.contains { $0.contains("waits      1.0 s") })
        #expect(lines.contains { $0.contains("1  Both  Parallel, continued") })
        #expect(lines.contains { $0.contains("Items      {% [1, 2] %} → [1,2]") })
        #expect(
            lines.contains {
                $0.contains("ItemSelector.n  {% $states.context.Map.Item.Value * 10 %} → 10")
            })
        #expect(lines.contains { $0.contains("Is one?  Choice  in Each[1]") })
        #expect(lines.contains { $0.contains("Choices[0]  {% $states.input.n = 10 %} → false") })
        #expect(
            lines.contains {
                $0.contains("Cause      {% 'n is ' & $string($states.input.n) %} → \"n is 20\"")
            })
        #expect(lines.contains { $0.contains("caught     by Catch[0]") })
        #expect(
            lines.contains {
                $0.contains("Catch[0].Output  {% $states.errorOutput.Cause %} → \"n is 20\"")
            })
        #expect(
            lines.contains { $0.contains("Output     {% $states.input + 1 %} fails") })
        #expect(lines.contains("     raised by  Output"))
        #expect(trace.out.contains("\nFAILED after "))
        #expect(trace.out.contains(" in 'Sum': States.QueryEvaluationError: An error"))
    }

    @Test func aBatchIsShownAsAnItem() throws {
        let flow = try workspace.read("batch.asl.json").replacing(
            "\"ItemProcessor\"",
            with: """
                "ItemBatcher": {"MaxItemsPerBatch": 2},
                "ItemSelector": {"name.$": "$$.Map.Item.Value.childFirstName"}, "ItemProcessor"
                """)
        try workspace.write(flow, to: "batches.asl.json")
        try workspace.write(
            "dateOfBirth,childFirstName\n1,Ann\n2,Bo\n3,Cy\n", to: "data/rows.csv")
        let second = try workspace.maprun("trace", "batches.asl.json", "--item", "1")
        #expect(
            second.lines.dropFirst(3).prefix(4) == [
                "item 1 of 'Rows'",
                #"     item       [{"dateOfBirth":"3","childFirstName":"Cy"}]"#,
                #"     ItemSelector.name  $$.Map.Item.Value.childFirstName → "Cy""#,
                #"     input      {"Items":[{"name":"Cy"}]}"#,
            ])
        let first = try workspace.maprun(
            "trace", "batches.asl.json", "--item", "Bo", "--key", "childFirstName")
        #expect(first.lines.contains("item 0 of 'Rows'"))
    }

    @Test func whatCannotBeTracedIsRefused() throws {
        let none = try workspace.maprun("trace", "batch.asl.json")
        #expect(none.code == 2)
        #expect(none.err.contains("choose one with --item INDEX"))
        let beyond = try workspace.maprun("trace", "batch.asl.json", "--item", "2")
        #expect(beyond.code == 2)
        #expect(beyond.err.contains("'Rows' has no item of index 2; it has 2, the last one is 1"))
        let unknown = try workspace.maprun(
            "trace", "batch.asl.json", "--item", "Zoe", "--key", "childFirstName")
        #expect(unknown.code == 2)
        #expect(unknown.err.contains("no item of 'Zoe' in column 'childFirstName'; it has 2"))
        #expect(try workspace.maprun("trace", "batch.asl.json", "--item", "Bo").code == 2)
        #expect(try workspace.maprun("trace", "batch.asl.json", "--key", "x").code == 2)
        let map = try workspace.maprun(
            "trace", "batch.asl.json", "--item", "0", "--map", "Lines")
        #expect(map.code == 2)
        #expect(map.err.contains("no distributed Map 'Lines' in the workflow; it has 'Rows'"))
        try workspace.write(Flows.fail, to: "fail.asl.json")
        let early = try workspace.maprun("trace", "fail.asl.json", "--item", "0")
        #expect(early.code == 2)
        #expect(early.err.contains("before it came to a distributed Map: Odd: because"))
    }
}
