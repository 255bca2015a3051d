import Foundation
import Testing

/// Inputs of several files that change between two processes of a run: rows are recognised by their
/// content, as those of a single file.
@Suite struct SeveralFilesTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    enum Source: String, CaseIterable { case listing, athena, archive }

    private func write(_ source: Source, _ text: String) throws {
        try workspace.write(text, to: "data/in/1.jsonl")
        switch source {
        case .listing: break
        case .athena: try workspace.write("s3://data/in/1.jsonl\n", to: "data/manifest.csv")
        case .archive:
            let tar = Process()
            tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            let folder = workspace.folder + "/data"
            tar.arguments = ["tar", "-C", folder, "-cf", folder + "/in.tar", "in/1.jsonl"]
            try tar.run()
            tar.waitUntilExit()
            #expect(tar.terminationStatus == 0)
        }
    }

    private func writeFlow(_ source: Source) throws {
        let flatten = #"{"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"}"#
        let (resource, config, parameters) =
            switch source {
            case .listing: ("listObjectsV2", flatten, #""Prefix": "in/""#)
            case .archive: ("listObjectsV2", flatten, #""Prefix": "in.tar/""#)
            case .athena:
                (
                    "getObject", #"{"InputType": "JSONL", "ManifestType": "ATHENA_DATA"}"#,
                    #""Key": "manifest.csv""#
                )
            }
        try workspace.write(
            """
            {"StartAt": "Rows", "States": {"Rows": {"Type": "Map", "End": true,
              "ItemReader": {"Resource": "arn:aws:states:::s3:\(resource)",
                "ReaderConfig": \(config), "Parameters": {"Bucket": "data", \(parameters)}},
              "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}
            """, to: "flow.asl.json")
    }

    @Test(arguments: Source.allCases)
    func rowsThatMoveAreRecognised(_ source: Source) throws {
        try writeFlow(source)
        try write(source, "1\n2\n3\n4\n")
        let first = try workspace.maprun("run", "flow.asl.json", "--limit", "2", "-q")
        #expect(first.out == "[1,2]\n", "\(first.err)")
        try write(source, "0\n1\n2\n3\n4\n")
        let second = try workspace.maprun("resume", "last", "--all", "--output", "json")
        #expect(second.out.contains("[0,1,2,3,4]"), "\(second.out)")
        #expect(second.err.contains("2 kept (2 of them moved)"), "\(second.err)")
        // An ended run sees what has changed since, and nothing where nothing has.
        try write(source, "0\n1\n2\n3\n4\n5\n")
        let third = try workspace.maprun("resume", "last", "--output", "json")
        #expect(third.out.contains("[0,1,2,3,4,5]"), "\(third.out)")
        let fourth = try workspace.maprun("resume", "last")
        #expect(fourth.err.contains("has ended before"), "\(fourth.err)")
    }
}
