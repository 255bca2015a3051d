import Foundation
import Testing

/// Redrives of runs whose input is no longer there: what is stored of the items is enough where all
/// of them had ended.
@Suite(.serialized) struct GoneInputTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            import os

            def work(event, context):
                item = event["Items"][0] if "Items" in event else event
                if item["age"] == "x" and not os.path.exists("mended"):
                    raise ValueError("no age")
                return item

            def first(event, context):
                log = os.open("calls.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
                os.write(log, b"1")
                os.close(log)
                return event
            """, to: "work.py")
        try workspace.write(
            """
            functions:
              work: {handler: work.work, concurrency: 1}
              first: {handler: work.first, concurrency: 1}
            """, to: "maprun.yaml")
    }

    static let rows = "id,age,note\n1,5,a\n2,x,b\n3,6,c\n4,x,d\n5,x,e\n"

    private func begin(_ name: String, fields: String = "", more: [String] = []) throws {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function"
        try workspace.write(Self.rows, to: "data/items")
        try workspace.write(
            """
            {"StartAt": "Rows", "States": {"Rows": {
              "Type": "Map", "Label": "Rows", "End": true, "ToleratedFailurePercentage": 100, \(fields)
              "ItemReader": {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
                "Parameters": {"Bucket": "data", "Key": "items"}},
              "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "First", "States": {
                  "First": {"Type": "Task", "Next": "Work", "Resource": "\(arn):first"},
                  "Work": {"Type": "Task", "End": true, "Resource": "\(arn):work"}}}}}}
            """, to: "flow.asl.json")
        let ran = try workspace.start(["run", "flow.asl.json", "--name", name, "-q"] + more).wait()
        #expect(ran.code == 0, "\(ran.err)")
    }

    private func files(_ name: String) throws -> [String] {
        let run = try workspace.run(name)
        return try CrashTests.files.map {
            try workspace.read("\(run)/maps/Rows/\($0)").replacing(
                /requestId[\\": ]+[0-9a-f-]{36}/, with: "requestId")
        }
    }

    private func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: workspace.path(name))
    }

    static let selector =
        #""ItemSelector": {"age.$": "$$.Map.Item.Value.age", "id.$": "$$.Map.Item.Value.id"},"#
    static let batcher = #""ItemBatcher": {"MaxItemsPerBatch": 1},"#

    @Test(arguments: ["", selector, batcher], [[], ["--key", "id"]])
    func itemsRunAgainWithWhatIsStored(_ fields: String, _ more: [String]) throws {
        try begin("kept", fields: fields, more: more)
        try begin("gone", fields: fields, more: more)
        for (name, isGone) in [("kept", false), ("gone", true)] {
            if isGone { try remove("data/items") }
            // One redrive in which they fail again, then one in which they do not.
            let again = try workspace.maprun("redrive", workspace.id(name))
            #expect(again.code == 0, "\(again.err)")
            #expect(again.err.contains("items is gone; items run again with") == isGone)
        }
        #expect(try files("gone") == files("kept"))
        try workspace.write(Self.rows, to: "data/items")
        try workspace.write("", to: "mended")
        for (name, isGone) in [("kept", false), ("gone", true)] {
            if isGone { try remove("data/items") }
            let mended = try workspace.maprun("redrive", workspace.id(name), "--output", "json")
            #expect(mended.code == 0, "\(mended.err)")
            #expect(mended.err.contains("5 items: 5 succeeded"), "\(mended.err)")
        }
        #expect(try files("gone") == files("kept"))
        // Items went on at the state that failed.
        #expect(try workspace.read("calls.log").count == 10)
        // An input that comes back as another one is noticed.
        try workspace.write(Self.rows + "6,7,f\n", to: "data/items")
        let resumed = try workspace.maprun("resume", workspace.id("gone"))
        #expect(resumed.err.contains("5 kept, 0 changed, 1 new"), "\(resumed.err)")
    }

    @Test func editedRowsNeedNoInput() throws {
        try begin("gone")
        try remove("data/items")
        var rows = try workspace.maprun("failures", "last", "--to-csv").lines
        rows = [rows[0], rows[2].replacing("4,x,", with: "4,9,")]
        try workspace.write(rows.joined(separator: "\n") + "\n", to: "mend.csv")
        let mended = try workspace.maprun("redrive", "last", "--items", "mend.csv")
        #expect(mended.code == 0, "\(mended.err)")
        #expect(mended.err.contains("5 items: 3 succeeded, 2 failed"), "\(mended.err)")
        let results = try workspace.maprun("results", "last").lines
        #expect(results[3].contains(#""output":{"note":"d","id":"4","age":"9"}"#))
    }

    @Test func whatIsNotStoredIsAskedFor() throws {
        try begin("limited", more: ["--limit", "4"])
        try begin("selected", fields: Self.selector)
        let rows = try workspace.maprun("failures", "last", "--to-csv").out
        try workspace.write(rows.replacing("2,x,", with: "2,9,"), to: "mend.csv")
        try remove("data/items")
        for (name, more) in [("limited", []), ("selected", ["--items", "mend.csv"])] {
            let run = try workspace.id(name)
            let before = try workspace.maprun("results", run).out
            let refused = try workspace.start(["redrive", run] + more).wait()
            #expect(refused.code == 2, "\(refused.err)")
            #expect(refused.err.contains("data/items: there is no such file"), "\(refused.err)")
            #expect(refused.err.contains("put it back and redrive"), "\(refused.err)")
            #expect(try workspace.maprun("results", run).out == before)
            #expect(try workspace.maprun("status", run).out.contains("SUCCEEDED"))
        }
    }

    @Test func aListingThatIsEmptyNowLosesNothing() throws {
        try begin("flat")
        let flow = try workspace.read("flow.asl.json")
            .replacing("s3:getObject", with: "s3:listObjectsV2")
            .replacing(#""FIRST_ROW""#, with: #""FIRST_ROW", "Transformation": "LOAD_AND_FLATTEN""#)
            .replacing(#""Key": "items""#, with: #""Prefix": "in/""#)
        try workspace.write(flow, to: "flow.asl.json")
        try workspace.write(Self.rows, to: "data/in/1.csv")
        #expect(try workspace.maprun("run", "flow.asl.json", "-q", "--name", "list").code == 0)
        try remove("data/in/1.csv")
        try workspace.write("", to: "mended")
        let mended = try workspace.maprun("redrive", "last")
        #expect(mended.code == 0, "\(mended.err)")
        #expect(mended.err.contains("S3://data/in/ is gone; items run again"), "\(mended.err)")
        #expect(mended.err.contains("5 items: 5 succeeded"), "\(mended.err)")
    }

    @Test func aFileThatAManifestNamesIsNotNeededEither() throws {
        try begin("file")
        let flow = try workspace.read("flow.asl.json")
            .replacing(
                #""CSVHeaderLocation": "FIRST_ROW""#,
                with: #""CSVHeaderLocation": "GIVEN", "CSVHeaders": ["id", "age"], "#
                    + #""ManifestType": "ATHENA_DATA""#
            )
            .replacing(#""Key": "items""#, with: #""Key": "manifest""#)
        try workspace.write(flow, to: "flow.asl.json")
        try workspace.write("s3://data/1.csv\ns3://data/2.csv\n", to: "data/manifest")
        try workspace.write("1,5\n2,x\n", to: "data/1.csv")
        try workspace.write("3,x\n", to: "data/2.csv")
        #expect(try workspace.maprun("run", "flow.asl.json", "-q", "--name", "list").code == 0)
        try remove("data/2.csv")
        try workspace.write("", to: "mended")
        let mended = try workspace.maprun("redrive", "last")
        #expect(mended.code == 0, "\(mended.err)")
        #expect(mended.err.contains("data/2.csv is gone; items run again"), "\(mended.err)")
        #expect(mended.err.contains("3 items: 3 succeeded"), "\(mended.err)")
    }
}
