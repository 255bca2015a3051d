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
}
