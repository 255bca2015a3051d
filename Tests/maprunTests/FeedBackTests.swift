import Foundation
import JSON
import Testing

/// Failed items that are edited outside and fed back.
@Suite(.serialized) struct FeedBackTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            import os

            def work(event, context):
                log = os.open("calls.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
                os.write(log, b"%s\\n" % str(event["id"]).encode())
                os.close(log)
                if event["age"] in ("", "x") or event["age"] is None:
                    raise ValueError("no age")
                return {"id": event["id"], "age": event["age"]}
            """, to: "work.py")
        try workspace.write(
            "functions:\n  work: {handler: work.work, concurrency: 1}\n", to: "maprun.yaml")
    }

    static func flow(_ type: String = "CSV", fields: String = "") -> String {
        """
        {"StartAt": "Rows", "States": {"Rows": {
          "Type": "Map", "Label": "Rows", "End": true, "ToleratedFailurePercentage": 100, \(fields)
          "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "\(type)"
              \(type == "CSV" ? #", "CSVHeaderLocation": "FIRST_ROW""# : "")},
            "Parameters": {"Bucket": "data", "Key": "items"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Work", "States": {"Work": {"Type": "Task", "End": true,
              "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"}}}}}}
        """
    }

    private func begin(_ flow: String, _ input: String, _ name: String, _ more: String...) throws {
        try workspace.write(input, to: "data/items")
        try workspace.write(flow, to: "flow.asl.json")
        let ran = try workspace.start(["run", "flow.asl.json", "--name", name, "-q"] + more).wait()
        #expect(ran.code == 0, "\(ran.err)")
    }

    private func calls() -> [String] {
        let log = (try? workspace.read("calls.log")) ?? ""
        return log.split(separator: "\n").map(String.init)
    }

    private func files(_ name: String) throws -> [String] {
        let run = try workspace.run(name)
        return try CrashTests.files.map {
            try workspace.read("\(run)/maps/Rows/\($0)").replacing(
                /requestId[\\": ]+[0-9a-f-]{36}/, with: "requestId")
        }
    }

    static let rows = "id,age,note\n1,5,a\n2,x,\"b, \"\"c\"\"\"\n3,,d\\\\e\n4,7,f\n5,x,g\n"

    @Test(arguments: [
        "", #""ItemSelector": {"id.$": "$$.Map.Item.Value.id", "age.$": "$$.Map.Item.Value.age"},"#,
    ])
    func editedRowsTakeTheirPlaces(_ selector: String) throws {
        try begin(Self.flow(fields: selector), Self.rows, "old")
        let told = try workspace.maprun("failures", "last", "--to-csv", "mend.csv")
        #expect(told.code == 0 && told.out.isEmpty)
        let rows = try workspace.read("mend.csv")
        #expect(rows == (try workspace.maprun("failures", "last", "--to-csv").out))
        var lines = rows.split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        lines.remove(at: 3)
        lines[1] = lines[1].replacingOccurrences(of: "2,x,", with: "2,20,")
        lines[2] = lines[2].replacingOccurrences(of: "3,,", with: "3,30,")
        lines.swapAt(1, 2)
        try workspace.write(lines.joined(separator: "\n") + "\n", to: "mend.csv")
        let plan = try workspace.maprun("redrive", "last", "--items", "mend.csv", "--dry-run")
        #expect(plan.lines.last == "Rows        3       2            0        0    0         0")
        let redriven = try workspace.maprun("redrive", "last", "--items", "mend.csv")
        #expect(redriven.code == 0, "\(redriven.err)")
        // What is kept is told once, by the plan.
        #expect(redriven.err.contains(plan.lines.last ?? ""), "\(redriven.err)")
        #expect(!redriven.err.contains("finished and kept"), "\(redriven.err)")
        #expect(calls().sorted() == ["1", "2", "2", "3", "3", "4", "5"])
        let whole = Self.rows.replacing("2,x", with: "2,20").replacing("3,,", with: "3,30,")
        try begin(Self.flow(fields: selector), whole, "fresh")
        #expect(try files("old") == files("fresh"))
        let shown = try workspace.maprun("show", workspace.id("old"), "1")
        #expect(shown.out.contains("edited    "), "\(shown.out)")
        #expect(shown.out.contains(#""note":"b, \"c\"""#), "\(shown.out)")
    }

    @Test func editsStayWhenTheRunGoesOnLater() throws {
        try begin(Self.flow(), Self.rows, "old", "--key", "id")
        let rows = try workspace.maprun("failures", "last", "--to-csv").out
        // Mended, but not well enough.
        try workspace.write(
            rows.replacing("2,x", with: "2,x,").replacing("x,,", with: "x,"), to: "m.csv")
        try workspace.write(
            rows.split(separator: "\n").prefix(2).joined(separator: "\n")
                .replacing("\"b, \"\"c\"\"\"", with: "edited") + "\n", to: "m.csv")
        #expect(try workspace.maprun("redrive", "last", "--items", "m.csv").code == 0)
        let failures = try workspace.maprun("failures", "last", "--json").lines
        #expect(failures.count == 3)
        #expect(failures[0].contains(#""note":"edited""#))
        #expect(try workspace.maprun("failures", "last", "--to-csv").lines[1].contains("edited"))
        // The input moves, the edit moves along; its row is another in another place.
        try workspace.write(
            Self.rows.replacing("id,age,note\n", with: "id,age,note\n0,1,z\n"), to: "data/items")
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        let moved = try workspace.maprun("redrive", "last")
        #expect(moved.code == 0, "\(moved.err)")
        let again = try workspace.maprun("failures", "last", "--json").lines
        // Members have the order that they have where a row is read.
        let input = #"{"note":"edited","id":"2","age":"x"}"#
        #expect(again[0].hasPrefix(#"{"index":2,"status":"FAILED","input":"# + input))
        // An old file names its items by their keys.
        try workspace.write(
            rows.split(separator: "\n").prefix(2).joined(separator: "\n")
                .replacing("2,x", with: "2,22") + "\n", to: "m.csv")
        #expect(try workspace.maprun("redrive", "last", "--items", "m.csv").code == 0)
        let results = try workspace.maprun("results", "last").lines
        #expect(results[2] == #"{"index":2,"status":"SUCCEEDED","output":{"id":"2","age":"22"}}"#)
        let history = try workspace.maprun("history", "last", "--item", "2", "--json")
        #expect(history.out.contains(#"\"age\":\"22\""#), "\(history.out)\(history.err)")
    }

    @Test(arguments: ["", #""ItemBatcher": {"MaxItemsPerBatch": 1},"#])
    func whatIsNoCSVComesBackAsLines(_ batcher: String) throws {
        let input = (0..<6).map {
            #"{"id":\#($0),"age":\#($0 % 2 == 0 ? "null" : "\($0)")}"# + "\n"
        }
        var flow = Self.flow("JSONL", fields: batcher)
        if !batcher.isEmpty {
            flow = flow.replacing(
                #""StartAt": "Work", "States": {"#,
                with: """
                    "StartAt": "One", "States": {"One": {"Type": "Pass", "InputPath": "$.Items[0]",
                      "Next": "Work"},
                    """)
        }
        try begin(flow, input.joined(), "old")
        let lines = try workspace.maprun("failures", "last", "--json").lines
        #expect(lines.count == 3)
        try workspace.write(
            lines[..<2].joined(separator: "\n").replacing(#""age":null"#, with: #""age":9"#) + "\n",
            to: "mend.jsonl")
        let rows = try workspace.run("old") + "/maps/Rows/failures.csv"
        let told = try workspace.maprun("redrive", "last", "--dry-run", "--items", rows)
        #expect(told.code == (batcher.isEmpty ? 0 : 2), "\(told.err)")
        #expect(told.err.contains("feed them back as JSON Lines") == !batcher.isEmpty)
        let redriven = try workspace.maprun("redrive", "last", "--items", "mend.jsonl")
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(calls().count == 8)
        let whole = input.joined()
            .replacing(#"{"id":0,"age":null}"#, with: #"{"id":0,"age":9}"#)
            .replacing(#"{"id":2,"age":null}"#, with: #"{"id":2,"age":9}"#)
        try begin(flow, whole, "fresh")
        #expect(try files("old") == files("fresh"))
    }

    @Test func wrongLinesAreNamedAndNothingChanges() throws {
        try begin(Self.flow(), Self.rows, "old")
        let title =
            "id,age,note,maprun_error,maprun_cause,maprun_state,maprun_attempts,maprun_index\n"
        let cases = [
            (
                title + "2,3,a,,,,,1\n2,4,a,,,,,1\n",
                "m.csv:3: item 1 is there twice, first in line 2"
            ),
            (
                title + "1,3,a,,,,,0\n",
                "m.csv:2: item 0 has succeeded, which stays; remove the line"
            ),
            (title + "1,3,a,,,,,77\n", "m.csv:2: there is no item 77, or it has not ended"),
            (title + "1,3,a,,,,,seven\n", "m.csv:2: 'seven' names no item of the run"),
            (title + "2,3,a,1\n", "m.csv:2: the row has 4 fields, the header 8"),
            ("id,age,maprun_index\n2,3,1\n", "m.csv:1: column 'note' of the input is missing"),
            (
                "id,age,note,x,maprun_index\n2,3,a,b,1\n",
                "m.csv:2: item 1 has no column 'x'; leave it empty"
            ),
            ("id,age,note\n2,3,a\n", "m.csv:1: there is neither the column 'maprun_index' nor"),
            (
                "{\"index\":1}\n",
                "m.csv:1: there is no \"input\" to run item 1 with, nor an \"item\""
            ),
            ("{\"index\":1,\"input\":1}\n{\"input\":2}\n", "m.csv:2: there is no \"index\""),
            (title, "'m.csv' has no items"),
        ]
        for (text, message) in cases {
            try workspace.write(text, to: "m.csv")
            let refused = try workspace.maprun("redrive", "last", "--items", "m.csv")
            #expect(refused.code == 2, "\(text)")
            #expect(refused.err.contains(message), "\(refused.err)")
        }
        #expect(try workspace.maprun("redrive", "last", "--items", "no.csv").code == 2)
        #expect(calls().count == 5)
        #expect(try workspace.maprun("status", "last").out.contains("SUCCEEDED"))
    }

    @Test func groupsComeAsCSVToo() throws {
        try begin(Self.flow(), Self.rows, "old")
        let groups = try workspace.maprun("failures", "last", "--group-by", "error", "--to-csv")
        #expect(groups.lines[0] == "error,count,firstIndex,firstCause")
        #expect(groups.lines[1].hasPrefix("ValueError,3,1,"))
    }
}
