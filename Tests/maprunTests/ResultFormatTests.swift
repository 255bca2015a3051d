import Foundation
import Testing

@Suite struct ResultFormatTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            {"n": 1, "child": {"name": "Ann \\"A\\" Lee"}, "tags": ["a", "b"]}
            {"n": "x"}
            {"child": {"name": "Bo, Jr.", "age": 4}, "n": 2.5, "tags": [], "none": null}
            """, to: "data/rows.jsonl")
        try workspace.write(Self.flow, to: "flow.asl.json")
        try workspace.maprun("run", "flow.asl.json")
    }

    static let flow = """
        {"StartAt": "Rows", "States": {"Rows": {
          "Type": "Map", "Label": "Rows", "ToleratedFailurePercentage": 100, "End": true,
          "ResultPath": null,
          "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "data", "Key": "rows.jsonl"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "Check", "States": {
              "Check": {"Type": "Choice", "Default": "Bad", "Choices": [
                {"Variable": "$.n", "IsNumeric": true, "Next": "Good"}]},
              "Good": {"Type": "Succeed"},
              "Bad": {"Type": "Fail", "Error": "NoNumber", "CausePath": "$.n"}}}}}}
        """

    @Test func csvHasAColumnForEachFieldOfTheOutputs() throws {
        let csv = try workspace.maprun("results", "last", "--format", "csv")
        #expect(csv.code == 0)
        #expect(
            csv.lines == [
                "index,status,error,cause,state,attempts,output.n,output.child.name,"
                    + "output.child.age,output.tags,output.none",
                #"0,SUCCEEDED,,,,,1,"Ann ""A"" Lee",,"[""a"",""b""]","#,
                "1,FAILED,NoNumber,x,Bad,1,,,,,",
                #"2,SUCCEEDED,,,,,2.5,"Bo, Jr.",4,[],"#,
            ])
    }

    @Test func jsonIsOneArray() throws {
        let json = try workspace.maprun("results", "last", "--format", "json").out
        let array = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
        #expect(array?.count == 3)
        #expect(array?[1]["error"] as? String == "NoNumber")
        let none = try workspace.maprun(
            "results", "last", "--format", "json", "--status", "aborted")
        #expect(none.out == "[]\n")
    }

    @Test func columnsAreChosenByNamePathOrPointer() throws {
        let columns = "index,output.child.name,/output/tags/0"
        let csv = try workspace.maprun("results", "last", "--format", "csv", "--columns", columns)
        #expect(csv.lines == [columns, #"0,"Ann ""A"" Lee",a"#, "1,,", #"2,"Bo, Jr.","#])
        let lines = try workspace.maprun("results", "last", "--columns", columns)
        #expect(
            lines.lines.first
                == #"{"index":0,"output.child.name":"Ann \"A\" Lee","/output/tags/0":"a"}"#)
        let wrong = try workspace.maprun("results", "last", "--columns", "outptu.x")
        #expect(wrong.code == 2)
        #expect(wrong.err.contains("there is no column 'outptu.x'"))
    }

    @Test func aStatusNarrowsEveryFormat() throws {
        let lines = try workspace.maprun("results", "last", "--status", "failed,aborted")
        #expect(lines.lines.count == 1)
        #expect(lines.out.hasPrefix(#"{"index":1,"status":"FAILED""#))
        let csv = try workspace.maprun(
            "results", "last", "--format", "csv", "--status", "succeeded")
        #expect(csv.lines.count == 3)
        let wrong = try workspace.maprun("results", "last", "--status", "lost")
        #expect(wrong.code == 2)
        #expect(wrong.err.contains("there is no status 'lost'"))
    }

    @Test func aRunWithoutAMapRunHasOneRow() throws {
        try workspace.write(Flows.pass, to: "pass.asl.json")
        try workspace.maprun("run", "pass.asl.json", "--input", #"{"a": {"b": 1}}"#)
        let csv = try workspace.maprun(
            "results", "last", "--format", "csv", "--columns", "output.a.b")
        #expect(csv.lines == ["output.a.b", "1"])
    }

    @Test func parquetWithoutPyarrowSaysWhatToDo() throws {
        try workspace.write("#!/bin/sh\nexit 3\n", to: "python.text")
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
        shell.arguments = [
            "-c",
            "install -m 755 python.text python;"
                + "MAPRUN_PYTHON=./python '\(Workspace.binary)' results last --format parquet 2>err >out",
        ]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 2)
        #expect(try workspace.read("err").contains("pip install pyarrow"))
    }

    static let hasPyarrow: Bool = {
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let name = ProcessInfo.processInfo.environment["MAPRUN_PYTHON"] ?? "python3"
        python.arguments = [name, "-c", "import pyarrow"]
        python.standardError = FileHandle.nullDevice
        guard (try? python.run()) != nil else { return false }
        python.waitUntilExit()
        return python.terminationStatus == 0
    }()

    @Test(.enabled(if: hasPyarrow, "pyarrow is not installed"))
    func parquetIsReadByTheWorkflowThatReadsParquet() throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
        shell.arguments = [
            "-c", "'\(Workspace.binary)' results last --format parquet > data/rows.parquet",
        ]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
        let flow = Self.flow.replacing("JSONL", with: "PARQUET")
            .replacing("rows.jsonl", with: "rows.parquet").replacing("$.n", with: "$.index")
        try workspace.write(flow, to: "parquet.asl.json")
        try workspace.maprun("run", "parquet.asl.json")
        let rows = try workspace.maprun(
            "results", "last", "--columns",
            "output.index,/output/output.n,/output/output.tags,/output/error")
        #expect(
            rows.lines
                == [
                    #"{"output.index":0,"/output/output.n":1.0,"/output/output.tags":"[\"a\",\"b\"]","#
                        + #""/output/error":null}"#,
                    #"{"output.index":1,"/output/output.n":null,"/output/output.tags":null,"#
                        + #""/output/error":"NoNumber"}"#,
                    #"{"output.index":2,"/output/output.n":2.5,"/output/output.tags":"[]","#
                        + #""/output/error":null}"#,
                ])
    }
}
