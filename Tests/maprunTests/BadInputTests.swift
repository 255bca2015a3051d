import Foundation
import Testing

@Suite struct BadInputTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(Flows.pass, to: "pass.asl.json")
    }

    struct Wrong: Sendable {
        var text: String
        var says: String
    }

    static let definitions = [
        Wrong(text: "{", says: "1:2: error: "),
        Wrong(text: "", says: "1:1: error: "),
        Wrong(
            text: #"{"StartAt":"A","States":{"A":{"Type":"Job","End":true}}}"#,
            says: "1:38: error: "),
        Wrong(text: #"{"States":{"A":{"Type":"Succeed"}}}"#, says: "StartAt"),
        Wrong(
            text: #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"Bee"}}}"#,
            says: "Missing 'Next' target: Bee"),
        Wrong(
            text: #"{"StartAt":"A","States":{"A":{"Type":"Succeed"},"B":{"Type":"Succeed"}}}"#,
            says: "B"),
        Wrong(
            text: #"{"StartAt":"A","States":{"A":{"Type":"Succeed","Seconds":1}}}"#,
            says: "Seconds"),
        Wrong(
            text: #"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"Timestamp":"#
                + #""2026-01-01T00:00:00Z","End":true}}}"#, says: "Timestamp"),
        Wrong(
            text: #"{"StartAt":"A","States":{"A":{"Type":"Pass","InputPath":"$[","End":true}}}"#,
            says: "InputPath"),
        Wrong(
            text: #"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true,"Parameters":"#
                + #"{"a.$":"States.Nope()"}}}}"#, says: "States.Nope"),
        Wrong(
            text: #"{"StartAt":"A","States":{"A":{"Type":"Succeed"},"A":{"Type":"Succeed"}}}"#,
            says: "A"),
    ]

    @Test(arguments: definitions)
    func aWrongDefinitionIsRefusedWithItsPlace(_ wrong: Wrong) throws {
        try workspace.write(wrong.text, to: "wrong.asl.json")
        for command in ["run", "validate"] {
            let ran = try workspace.maprun(command, "wrong.asl.json")
            #expect(ran.code == 2, "\(ran.err)")
            let said = command == "run" ? ran.err : ran.out
            #expect(said.contains("wrong.asl.json:1:"), "\(said)")
            #expect(said.contains(wrong.says), "\(said)")
        }
        #expect(!FileManager.default.fileExists(atPath: workspace.path(".maprun")))
    }

    @Test(arguments: [
        (["run", "none.asl.json"], "No such file"),
        (["run", "."], "it is a folder"),
        (["run", "pass.asl.json", "--input", "{"], "neither JSON nor a file"),
        (["run", "pass.asl.json", "--input", "broken.json"], "broken.json:1:6: "),
        (["run", "latin1.asl.json"], "is not UTF-8: wrong byte at offset 12"),
        (["run", "pass.asl.json", "--workers", "0"], "--workers must be at least 1"),
        (["run", "pass.asl.json", "--max-concurrency", "many"], "--max-concurrency"),
        (["run", "pass.asl.json", "--bindings", "none.yaml"], "none.yaml"),
        (["run"], "Missing expected argument '<flow>'"),
        (["frobnicate"], "frobnicate"),
        (["resume", "last"], "there are no runs"),
        (["results", "2026"], "there are no runs"),
        (["failures", "last", "--to-csv", "--json"], "--to-csv does not go"),
        (["datasets", "nonsense"], "nonsense"),
    ])
    func wrongUseExitsWithTwoAndSaysWhy(_ arguments: [String], _ says: String) throws {
        try workspace.write(#"{"a":}"#, to: "broken.json")
        try workspace.write(Data(#"{"Comment":""#.utf8) + Data([0xE9]), to: "latin1.asl.json")
        let ran = try workspace.start(arguments).wait()
        #expect(ran.code == 2)
        #expect(ran.out.isEmpty)
        #expect(ran.err.contains(says), "\(ran.err)")
    }

    @Test func allFunctionsThatAreNotBoundAreNamedBeforeAnythingStarts() throws {
        let branches = ["one", "two"].map { name in
            """
            {"StartAt": "call \(name)", "States": {"call \(name)": {"Type": "Task", "End": true,
              "Resource": "arn:aws:states:::lambda:invoke",
              "Parameters": {"FunctionName": "\(name)"}}}}
            """
        }
        try workspace.write(
            """
            {"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true,
              "Branches": [\(branches.joined(separator: ","))]}}}
            """, to: "tasks.asl.json")
        try workspace.write("functions:\n  three: {command: [cat]}\n", to: "maprun.yaml")
        let ran = try workspace.maprun("run", "tasks.asl.json")
        #expect(ran.code == 2)
        for name in ["one", "two"] {
            #expect(ran.err.contains("function '\(name)' is bound to nothing"), "\(ran.err)")
        }
        #expect(!FileManager.default.fileExists(atPath: workspace.path(".maprun")))
    }

    @Test(
        arguments: [
            ("gone.csv", nil, "no such file"), ("folder.csv", nil, "folder"),
            ("empty.csv", "", "empty"), ("twice.csv", "a,a\n1,2\n", "a"),
            ("not.csv.gz", "\u{1F}plain", nil),
        ] as [(String, String?, String?)])
    func inputThatCannotBeReadFailsTheMapWithTheFileNamed(
        _ key: String, _ text: String?, _ says: String?
    ) throws {
        try workspace.write("", to: "data/folder.csv/x")
        if let text { try workspace.write(text, to: "data/" + key) }
        try workspace.write(Flows.batch(key: key), to: "batch.asl.json")
        let ran = try workspace.maprun("run", "batch.asl.json", "--output", "json")
        guard let says else {
            #expect(ran.code == 0 || ran.code == 1)
            return
        }
        #expect(ran.code == 1)
        #expect(ran.out.contains("States.ItemReaderFailed"), "\(ran.out)")
        #expect(ran.out.contains(key) || ran.out.contains(says), "\(ran.out)")
    }

    @Test(arguments: ["Rows", "Done"])
    func aFileWhoseFirstRowIsMendedIsGoneOnWith(_ next: String) throws {
        let row = "Ann,Lee,2021-01-01"
        let header = "childFirstName,childLastName,dateOfBirth\n"
        try workspace.write(header + "\"" + row + "\n", to: "data/rows.csv")
        var flow = Flows.batch(key: "rows.csv")
        if next == "Done" {
            flow = flow.replacingOccurrences(
                of: "\"End\": true,\n  \"ResultPath\": null",
                with: "\"Next\": \"Done\", \"ResultPath\": null, \"Catch\": ["
                    + "{\"ErrorEquals\": [\"States.ItemReaderFailed\"], \"Next\": \"Done\"}]")
            flow = flow.dropLast(2) + #", "Done": {"Type": "Succeed"}}}"#
        }
        try workspace.write(flow, to: "batch.asl.json")
        let failed = try workspace.maprun("run", "batch.asl.json")
        #expect(failed.code == (next == "Done" ? 0 : 1), "\(failed.err)")
        let command = "maprun resume \(try workspace.id("batch"))"
        #expect((failed.lastError == command) == (next == "Rows"), "\(failed.err)")
        try workspace.write(header + row + "\n", to: "data/rows.csv")
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        let lines = try workspace.read(workspace.run("batch") + "/maps/Rows/results.jsonl")
        #expect(lines == #"{"index":0,"status":"SUCCEEDED","output":{"name":"Ann Lee"}}"# + "\n")
    }

    @Test func problemsAreToldInTheOrderOfTheirPlaces() throws {
        try workspace.write(
            #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"None"},"B":{"Type":"Wait"}},"Q":1}"#,
            to: "wrong.asl.json")
        let ran = try workspace.maprun("run", "wrong.asl.json")
        let validated = try workspace.maprun("validate", "wrong.asl.json")
        let told = ran.err.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(told.count > 1)
        #expect(told == validated.out.split(separator: "\n").filter { $0.contains(": error: ") })
    }

    @Test(arguments: ["resume", "redrive"])
    func aRunThatIsNotThereIsToldAsJSONToo(_ command: String) throws {
        try workspace.maprun("run", "pass.asl.json")
        let told = try workspace.maprun(command, "nosuch", "--output", "json")
        #expect(told.code == 2)
        let start = #"{"status":"REFUSED","error":"ValidationException","cause":"there is no run "#
        #expect(told.out.hasPrefix(start), "\(told.out)")
    }

    @Test(.enabled(if: geteuid() != 0, "root may look into everything"))
    func aRunThatMayNotBeLookedIntoIsToldAsSuch() throws {
        try workspace.maprun("run", "pass.asl.json")
        let run = workspace.path(try workspace.run("pass"))
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: run)
        defer {
            try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: run)
        }
        for command in ["status", "results", "resume"] {
            let told = try workspace.maprun(command, "last")
            #expect(told.code == 3)
            #expect(told.err.contains("run.json': Permission denied"), "\(told.err)")
        }
    }

    @Test func aFolderForRunsThatCannotBeWrittenIsNamed() throws {
        try workspace.write("a file", to: "taken")
        let ran = try workspace.maprun("run", "pass.asl.json", "--runs", "taken/runs")
        #expect(ran.code == 2)
        #expect(ran.err.contains("cannot make 'taken"))
    }
}
