import Foundation
import Testing

@Suite struct ListingTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            dateOfBirth,childFirstName,childLastName
            2023-01-02,Ann,"Lee, Jr."
            yesterday,Bo,Ek
            2022-05-06,Cy,Oh
            tomorrow,Di,Po
            """, to: "data/rows.csv")
        try workspace.write(Flows.batch(key: "rows.csv"), to: "batch.asl.json")
        try workspace.maprun("run", "batch.asl.json")
    }

    @Test(arguments: ["run.json", "status.json"])
    func aDamagedRunHidesNoOther(_ file: String) throws {
        let damaged = try workspace.id("batch")
        try workspace.write("x", to: ".maprun/runs/\(damaged)/\(file)")
        try workspace.maprun("run", "batch.asl.json", "--name", "whole")
        for flags in [[], ["--json"]] {
            let listed = try workspace.start(["list"] + flags).wait()
            #expect(listed.code == 3)
            #expect(listed.out.contains("-whole-"), "\(listed.out)")
            #expect(!listed.out.contains(damaged), "\(listed.out)")
            #expect(listed.err.contains("maprun: '.maprun/runs/\(damaged)/\(file)' is not JSON"))
        }
    }

    @Test func whatWasNotWrittenBeforeAKillIsCountedInTheList() throws {
        let counted = try #require(try workspace.maprun("list").lines.last)
        #expect(counted.hasSuffix(" 4       2"), "\(counted)")
        try workspace.write(
            #"{"status":"RUNNING","time":1,"itemsPerSecond":0,"mapRuns":[]}"#,
            to: workspace.run("batch") + "/status.json")
        #expect(try workspace.maprun("list").lines.last == counted)
    }

    @Test func anInterruptedRunIsCountedInTheListAsInItsStatus() throws {
        try workspace.write("{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n", to: "data/items.jsonl")
        try workspace.write(
            Flows.calls(key: "items.jsonl", concurrency: 1), to: "calls.asl.json")
        let gate = try Gate(workspace)
        let running = try workspace.start(["run", "calls.asl.json", "--name", "killed"])
        gate.release(1)
        try running.until("an item is done and one begun") { gate.calls.count == 2 }
        running.signal(SIGKILL)
        #expect(running.wait().code == 128 + SIGKILL)
        let status = workspace.path(try workspace.run("killed") + "/status.json")
        if FileManager.default.fileExists(atPath: status) {
            try FileManager.default.removeItem(atPath: status)
        }
        let listed = try #require(try workspace.maprun("list", "--json").lines.last)
        #expect(listed.contains(#""mapRuns":[{"name":"Rows""#), "\(listed)")
        #expect(listed == (try workspace.maprun("status", "last", "--json").lines.last))
    }

    @Test func mapRunsAreToldAsTheyBegan() throws {
        func map(_ name: String) -> String {
            """
            "\(name)": {"Type": "Map", "Label": "\(name)", "ItemProcessor": {
              "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
              "StartAt": "In \(name)", "States": {"In \(name)": {"Type": "Pass", "End": true}}}
            """
        }
        try workspace.write(
            """
            {"StartAt": "Z", "States": {
              \(map("Z")), "Next": "A"},
              \(map("A")), "End": true}}}
            """, to: "two.asl.json")
        let ran = try workspace.maprun("run", "two.asl.json", "--input", "[1]")
        #expect(ran.code == 0, "\(ran.err)")
        let told = ran.err.split(separator: "\n").filter { $0.contains("1 item:") }
        #expect(told.map { $0.prefix(4) } == ["  Z:", "  A:"], "\(ran.err)")
        let lines = try workspace.maprun("status", "last").lines
        #expect(lines.filter { $0.contains(": SUCCEEDED") }.map { $0.first } == ["Z", "A"])
    }

    @Test func resultsAreInItemOrder() throws {
        let results = try workspace.maprun("results", "last")
        #expect(
            results.lines == [
                #"{"index":0,"status":"SUCCEEDED","output":{"name":"Ann Lee, Jr."}}"#,
                #"{"index":1,"status":"FAILED","error":"DateInvalid","cause":"yesterday","#
                    + #""state":"Bad","attempts":1}"#,
                #"{"index":2,"status":"SUCCEEDED","output":{"name":"Cy Oh"}}"#,
                #"{"index":3,"status":"FAILED","error":"DateInvalid","cause":"tomorrow","#
                    + #""state":"Bad","attempts":1}"#,
            ])
    }

    @Test func failuresComeInEveryForm() throws {
        let rows = try workspace.maprun("failures", "last", "--to-csv").lines
        #expect(rows.count == 3)
        #expect(rows[1].hasPrefix("yesterday,Bo,Ek,DateInvalid,yesterday,Bad"))
        let objects = try workspace.maprun("failures", "last", "--json").lines
        #expect(objects.count == 2)
        #expect(objects[1].contains(#""dateOfBirth":"tomorrow""#))
        let table = try workspace.maprun("failures", "last").lines
        #expect(table.count == 3)
        #expect(table[1].contains("DateInvalid"))
    }

    @Test(arguments: [("error", "DateInvalid"), ("state", "Bad")])
    func failuresAreCounted(_ criterion: String, _ name: String) throws {
        let groups = try workspace.maprun("failures", "last", "--group-by", criterion, "--json")
        #expect(
            groups.lines == [
                #"{"\#(criterion)":"\#(name)","count":2,"firstIndex":1,"firstCause":"yesterday"}"#
            ])
        let table = try workspace.maprun("failures", "last", "--group-by", criterion)
        #expect(table.lines.count == 2)
    }

    @Test func statusCountsInTheCategoriesOfAWS() throws {
        let status = try workspace.maprun("status", "--json").out
        let counts =
            #"{"pending":0,"running":0,"succeeded":2,"failed":2,"timedOut":0,"aborted":0,"total":4,"#
            + #""resultsWritten":4,"failuresNotRedrivable":0,"pendingRedrive":0}"#
        #expect(status.contains(#""itemCounts":\#(counts),"executionCounts":\#(counts)"#))
        let facts =
            #""status":"SUCCEEDED","maxConcurrency":0,"toleratedFailurePercentage":100,"#
            + #""toleratedFailureCount":0,"redriveCount":0"#
        #expect(status.contains(facts))
        #expect(try workspace.maprun("status", "last").out.contains("SUCCEEDED"))
    }

    @Test func aRunAndItsItemsAreShown() throws {
        let run = try workspace.maprun("show", "last", "--json").out
        for part in [#""sha256":"#, #""input":{}"#, #""status":"SUCCEEDED""#, #""output":{}"#] {
            #expect(run.contains(part))
        }
        let item = try workspace.maprun("show", "last", "1", "--json").out
        for part in [#""error":"DateInvalid""#, #""state":"Bad""#, #""attempts":1"#] {
            #expect(item.contains(part))
        }
        let unknown = try workspace.maprun("show", "last", "99")
        #expect(unknown.code == 2)
        #expect(unknown.err.contains("nothing is known of item 99"))
    }

    @Test func aMapRunThatDoesNotExistIsRefused() throws {
        let ran = try workspace.maprun("results", "last", "--map", "Other")
        #expect(ran.code == 2)
        #expect(ran.err.contains("it has 'Rows'"))
    }

    @Test(arguments: [["list"], ["status"], ["show", "last"], ["results", "last"]])
    func aReaderThatGoesAwayIsNoError(_ arguments: [String]) throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
        let command = "'\(Workspace.binary)' \(arguments.joined(separator: " "))"
        shell.arguments = ["-c", "\(command) | true; exit ${PIPESTATUS[0]}"]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
    }

    @Test func aFailureIsTheExitCodeEvenIfNobodyReads() throws {
        try workspace.write(Flows.fail, to: "fail.asl.json")
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
        let command = "'\(Workspace.binary)' run fail.asl.json --output json -q"
        shell.arguments = ["-c", "\(command) > >(exec true); exit $?"]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 1)
    }

    @Test func datasetsDependOnTheSeedAlone() throws {
        let texts = try ["1", "1", "2"].map {
            try workspace.maprun("datasets", "orders", "--rows", "9", "--seed", $0).out
        }
        #expect(texts[0] == texts[1])
        #expect(texts[0] != texts[2])
        #expect(texts[0].split(separator: "\n").count == 10)
    }
}
