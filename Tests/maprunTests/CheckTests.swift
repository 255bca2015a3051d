import Testing

@Suite struct CheckTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(Flows.batch(key: "rows.csv"), to: "batch.asl.json")
    }

    private let rows = """
        dateOfBirth,childFirstName,childLastName
        2023-01-02,Ann,"Lee
        Jr."
        yesterday,Bo,Ek
        2022-05-06,Cy
        2022-05-06,Di,Po,more

        """

    @Test func badRowsAreToldByLine() throws {
        try workspace.write(rows, to: "data/rows.csv")
        let check = try workspace.maprun("check", "batch.asl.json")
        #expect(check.code == 1)
        #expect(
            check.lines == [
                "line 4, item 1: Bad: DateInvalid: yesterday",
                "line 5, item 2: ragged: the row has 2 fields, the header 3",
                "line 6, item 3: ragged: the row has 4 fields, the header 3",
                "4 items of 'Rows', 3 bad",
            ])
        let json = try workspace.maprun("check", "batch.asl.json", "--json", "--limit", "1")
        #expect(
            json.lines == [
                #"{"index":1,"line":4,"state":"Bad","error":"DateInvalid","cause":"yesterday"}"#
            ])
        let none = try workspace.maprun("check", "batch.asl.json", "--limit", "0")
        #expect(none.lines == ["4 items of 'Rows', 3 bad, 3 of them not shown"])
        #expect(throws: (any Error).self) { try workspace.run("batch") }
    }

    @Test func aGoodInputIsNoComplaint() throws {
        try workspace.write(
            "dateOfBirth,childFirstName,childLastName\n2023-01-02,Ann,Lee\n", to: "data/rows.csv")
        let check = try workspace.maprun("check", "batch.asl.json")
        #expect(check.code == 0)
        #expect(check.lines == ["1 item of 'Rows', 0 bad"])
    }

    @Test func linesThatAreNoJSONAreAllTold() throws {
        try workspace.write("{\"a\":1}\n{\"a\":\n{\"b\":2}\n[1,]\n", to: "data/rows.jsonl")
        try workspace.write(Flows.calls(key: "rows.jsonl"), to: "calls.asl.json")
        let check = try workspace.maprun("check", "calls.asl.json")
        #expect(check.code == 1)
        #expect(check.lines.count == 3)
        #expect(check.lines[0].hasPrefix("line 2, item 1: malformed: "))
        #expect(check.lines[1].hasPrefix("line 4, item 3: malformed: "))
        #expect(check.lines[2] == "4 items of 'Rows', 2 bad")
    }

    @Test func whatCannotBeCheckedIsRefused() throws {
        let missing = try workspace.maprun("check", "batch.asl.json")
        #expect(missing.code == 2)
        #expect(missing.err.contains("no such file"))
        try workspace.write(Flows.pass, to: "pass.asl.json")
        let without = try workspace.maprun("check", "pass.asl.json")
        #expect(without.code == 2)
        #expect(without.err.contains("without a distributed Map"))
        #expect(try workspace.maprun("check", "batch.asl.json", "--limit=-1").code == 2)
    }

    static let schema = """
        {"type": "object", "required": ["childFirstName", "age"], "properties": {
          "dateOfBirth": {"format": "date"}, "age": {"type": "integer", "minimum": 2, "maximum": 5},
          "childFirstName": {"type": "string", "minLength": 1}}}
        """

    @Test func rowsAreCheckedAgainstASchema() throws {
        try workspace.write(Self.schema, to: "row.schema.json")
        try workspace.write(
            "dateOfBirth,childFirstName,childLastName,age\n2023-01-02,Ann,Lee,3\n"
                + "2023-02-30,Bo,Ek,7\n2023-01-02,,Ek,\n2023-01-02,Di,Po,x\n",
            to: "data/rows.csv")
        let check = try workspace.maprun("check", "batch.asl.json", "--schema", "row.schema.json")
        #expect(check.code == 1)
        #expect(
            check.lines == [
                #"line 3, item 1: schema: /dateOfBirth: "2023-02-30" is no date; /age: 7 is greater than 5"#,
                "line 4, item 2: schema: 'age' is missing; /childFirstName: has 0 characters, at least 1 wanted",
                #"line 5, item 3: schema: /age: "x" is no integer"#,
                "4 items of 'Rows', 3 bad",
            ])
        let strict = try workspace.maprun(
            "check", "batch.asl.json", "--schema", "row.schema.json", "--reading", "strict",
            "--json", "--limit", "1")
        #expect(
            strict.lines == [
                #"{"index":0,"line":2,"error":"schema","cause":"/age: \"3\" is no integer"}"#
            ])
        let child = try workspace.maprun(
            "check", "batch.asl.json", "--schema", "row.schema.json", "--schema-of", "child")
        #expect(child.lines == check.lines)
    }

    @Test func schemasThatAreNotUnderstoodAreRefused() throws {
        try workspace.write(rows, to: "data/rows.csv")
        try workspace.write(#"{"unevaluatedItems": false, "type": "txt"}"#, to: "wrong.json")
        let check = try workspace.maprun("check", "batch.asl.json", "--schema", "wrong.json")
        #expect(check.code == 2)
        #expect(check.err.contains("wrong.json:1:22: keyword 'unevaluatedItems' is not supported"))
        #expect(check.err.contains("wrong.json:1:37: 'type' is one of null, boolean"))
        #expect(try workspace.maprun("check", "batch.asl.json", "--reading", "strict").code == 2)
    }

    @Test func mockedTasksLetItemsGoOn() throws {
        try workspace.write("{\"n\":1}\n{\"n\":2}\n", to: "data/rows.jsonl")
        let flow = Flows.calls(key: "rows.jsonl").replacing(
            "\"Type\": \"Task\", \"End\": true,",
            with: """
                "Type": "Task", "Next": "Is it two?", "ResultPath": null,
                "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3600}],
                """
        ).replacing(
            "function:work\"}}",
            with: """
                function:work"},
                "Is it two?": {"Type": "Choice", "Default": "Good", "Choices": [
                  {"Variable": "$.n", "NumericEquals": 2, "Next": "Two"}]},
                "Good": {"Type": "Succeed"}, "Two": {"Type": "Fail", "Error": "Two"}}
                """)
        try workspace.write(flow, to: "calls.asl.json")
        try workspace.write(
            """
            {"StateMachines": {"calls": {"TestCases": {"Twice": {"Work": "work"}}}},
             "MockedResponses": {"work": {
               "0": {"Throw": {"Error": "Busy", "Cause": "later"}}, "1": {"Return": {}}}}}
            """, to: "mock.json")
        let without = try workspace.maprun("check", "calls.asl.json")
        #expect(without.lines == ["2 items of 'Rows', 0 bad"])
        let check = try workspace.maprun("check", "calls.asl.json", "--mock", "mock.json#Twice")
        #expect(check.code == 1)
        #expect(check.lines == ["line 2, item 1: Two: Two: ", "2 items of 'Rows', 1 bad"])
    }

    @Test func batchesAreCheckedBehindTheirRows() throws {
        let flow = Flows.batch(key: "rows.csv").replacing(
            "\"ItemProcessor\"",
            with: "\"ItemBatcher\": {\"MaxItemsPerBatch\": 2}, \"ItemProcessor\""
        ).replacing("$.dateOfBirth", with: "$.Items[1].dateOfBirth")
        try workspace.write(flow, to: "batches.asl.json")
        try workspace.write(rows + "2023-01-02,Jo,Yi\n", to: "data/rows.csv")
        let check = try workspace.maprun("check", "batches.asl.json")
        #expect(check.code == 1)
        #expect(
            check.lines.prefix(3) == [
                "line 5, item 2: ragged: the row has 2 fields, the header 3",
                "line 6, item 3: ragged: the row has 4 fields, the header 3",
                "line 2, batch 0 of items 0 to 1: Bad: DateInvalid: yesterday",
            ])
        #expect(check.lines[3].hasPrefix("line 5, batch 1 of items 2 to 3: Good: States.Runtime"))
        #expect(check.lines[4].hasPrefix("line 7, batch 2 of items 4 to 4: Check: States.Runtime"))
        #expect(check.lines.last == "5 items of 'Rows', 5 bad")
        let json = try workspace.maprun("check", "batches.asl.json", "--json")
        #expect(
            json.lines[2]
                == #"{"batch":0,"items":[0,1],"line":2,"state":"Bad","error":"DateInvalid","cause":"yesterday"}"#
        )
    }
}
