import Foundation
import Testing

/// Failed items of inputs whose items have different members: as rows of CSV they keep all of them,
/// and can be fed back.
@Suite(.serialized) struct FeedBackOfSeveralFilesTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            def work(event, context):
                if event["age"] in ("", "x") or event["age"] is None:
                    raise ValueError("no age")
                return event
            """, to: "work.py")
        try workspace.write(
            "functions:\n  work: {handler: work.work, concurrency: 1}\n", to: "maprun.yaml")
    }

    enum Source: String, CaseIterable { case listing, archive, manifest }

    private func write(_ source: Source, _ type: String, _ files: [String]) throws {
        try workspace.write("", to: "data/.keep")
        let names = files.indices.map { "in/\($0)" }
        for (name, text) in zip(names, files) { try workspace.write(text, to: "data/" + name) }
        let header = type == "CSV" ? #", "CSVHeaderLocation": "FIRST_ROW""# : ""
        let flatten = #""Transformation": "LOAD_AND_FLATTEN""#
        var (resource, config, parameters) = ("listObjectsV2", flatten, #""Prefix": "in/""#)
        switch source {
        case .listing: break
        case .archive:
            parameters = #""Prefix": "in.tar/""#
            let tar = Process()
            tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            tar.arguments = ["tar", "-C", workspace.path("data"), "-cf", "data/in.tar"] + names
            tar.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
            try tar.run()
            tar.waitUntilExit()
        case .manifest:
            (resource, parameters) = ("getObject", #""Key": "manifest""#)
            config = #""ManifestType": "ATHENA_DATA""#
            let lines = names.map { "s3://data/\($0)\n" }
            try workspace.write(lines.joined(), to: "data/manifest")
        }
        try workspace.write(
            """
            {"StartAt": "Rows", "States": {"Rows": {
              "Type": "Map", "Label": "Rows", "End": true, "ToleratedFailurePercentage": 100,
              "ItemReader": {"Resource": "arn:aws:states:::s3:\(resource)",
                "ReaderConfig": {"InputType": "\(type)", \(config)\(header)},
                "Parameters": {"Bucket": "data", \(parameters)}},
              "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Work", "States": {"Work": {"Type": "Task", "End": true,
                  "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"}}}}}}
            """, to: "flow.asl.json")
    }

    static let title = ",maprun_error,maprun_cause,maprun_state,maprun_attempts,maprun_index"

    @Test(arguments: Source.allCases)
    func rowsOfFilesWithOtherColumnsAreWholeAndComeBack(_ source: Source) throws {
        if source == .manifest { return try rowsOfAManifestComeBack() }
        try write(
            source, "CSV",
            ["age,id\nx,1\n2,2\n,3\n", "id,age,note\n4,x,\"a, b\"\n", "age,size\nx,7\n"])
        #expect(try workspace.maprun("run", "flow.asl.json", "-q").code == 0)
        var lines = try workspace.maprun("failures", "last", "--to-csv").lines
        #expect(
            lines.map { $0.split(separator: ",ValueError").first.map(String.init) } == [
                "id,age,note,size" + Self.title, "1,x,,", "3,,,", "4,x,\"a, b\",", ",x,,7",
            ])
        for number in 1..<5 { lines[number] = lines[number].replacing("x", with: "9") }
        lines.remove(at: 2)
        try workspace.write(lines.joined(separator: "\n") + "\n", to: "mend.csv")
        let redriven = try workspace.maprun("redrive", "last", "--items", "mend.csv")
        #expect(redriven.code == 0, "\(redriven.err)")
        let results = try workspace.maprun("results", "last", "--status", "succeeded").lines
        #expect(
            results.map { $0.split(separator: "output\":").last.map(String.init) } == [
                #"{"id":"1","age":"9"}}"#, #"{"id":"2","age":"2"}}"#,
                #"{"note":"a, b","id":"4","age":"9"}}"#, #"{"size":"7","age":"9"}}"#,
            ], "\(results)")
    }

    private func rowsOfAManifestComeBack() throws {
        try write(
            .manifest, "JSONL",
            ["{\"age\":null,\"id\":1}\n", "{\"id\":2,\"age\":\"x\",\"tags\":[1,\"2\"]}\n"])
        #expect(try workspace.maprun("run", "flow.asl.json", "-q").code == 0)
        var lines = try workspace.maprun("failures", "last", "--to-csv").lines
        #expect(lines[0] == "age,id,tags" + Self.title)
        #expect(lines[1].hasPrefix("null,1,,ValueError"))
        #expect(lines[2].hasPrefix(#"x,2,"[1,""2""]",ValueError"#))
        // A text stays a text, anything else is JSON.
        lines[1] = lines[1].replacing("null,1,", with: "9,1,")
        lines[2] = lines[2].replacing("x,2,", with: "9,2,")
        try workspace.write(lines.joined(separator: "\n") + "\n", to: "mend.csv")
        let redriven = try workspace.maprun("redrive", "last", "--items", "mend.csv")
        #expect(redriven.code == 0, "\(redriven.err)")
        let results = try workspace.maprun("results", "last").lines
        #expect(results[0].hasSuffix(#""output":{"age":9,"id":1}}"#))
        #expect(results[1].hasSuffix(#""output":{"id":2,"age":"9","tags":[1,"2"]}}"#))
    }

    @Test func fieldsThatAnItemDoesNotHaveAreRefused() throws {
        try write(.listing, "JSONL", ["{\"age\":null}\n", "{\"age\":\"x\",\"n\":1}\n"])
        #expect(try workspace.maprun("run", "flow.asl.json", "-q").code == 0)
        for (row, message) in [
            ("null,5,,,,,0", "m.csv:2: item 0 has no column 'n'; leave it empty"),
            ("y,,,,,,0", "m.csv:2: column 'age' of item 0 was null and 'y' is no JSON"),
        ] {
            try workspace.write("age,n\(Self.title)\n\(row)\n", to: "m.csv")
            let refused = try workspace.maprun("redrive", "last", "--items", "m.csv")
            #expect(refused.code == 2)
            #expect(refused.err.contains(message), "\(refused.err)")
        }
    }

    @Test func rowsAreTheSameAfterKillsWhileColumnsComeUp() throws {
        // Each of the first two hundred items brings a member of its own.
        let items = (0..<8000).map { #"{"age":null,"c\#($0 % 40 == 0 ? $0 / 40 : 0)":\#($0)}"# }
        try write(.listing, "JSONL", [items.joined(separator: "\n") + "\n"])
        let flow = try workspace.read("flow.asl.json").replacing(
            /"StartAt": "Work".*/.dotMatchesNewlines(),
            with: #""StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "E"}}}}}}"#)
        try workspace.write(flow, to: "flow.asl.json")
        func rows(_ name: String) throws -> Data {
            try workspace.data("\(workspace.run(name))/maps/Rows/failures.csv")
        }
        #expect(try workspace.maprun("run", "flow.asl.json", "-q", "--name", "whole").code == 0)
        let whole = try rows("whole")
        #expect(whole.split(separator: 0x0A).count == 8001)
        var invocation = try workspace.start(["run", "flow.asl.json", "-q", "--name", "killed"])
        for size in [1, 50_000, 400_000] {
            try invocation.until("\(size) bytes of rows, or the end") {
                !invocation.isRunning || ((try? rows("killed").count) ?? 0) >= size
            }
            invocation.signal(SIGKILL)
            _ = invocation.wait()
            invocation = try workspace.start(["resume", "last", "-q"])
        }
        _ = invocation.wait()
        #expect(try rows("killed") == whole)
    }
}
