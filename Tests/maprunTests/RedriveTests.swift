import Foundation
import JSON
import Testing

/// Runs that have ended without success and are taken up again.
@Suite struct RedriveTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let lines = (0..<20).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        let flow = Flows.calls(key: "items.jsonl")
            .replacingOccurrences(
                of: #""MaxConcurrency""#,
                with: #""ToleratedFailurePercentage": 100, "MaxConcurrency""#)
        try workspace.write(flow, to: "calls.asl.json")
        // Odd numbers fail until there is a file of this name.
        try workspace.write(
            """
            import os

            def work(event, context):
                with open("calls.log", "a") as calls:
                    calls.write("%d\\n" % event["n"])
                if event["n"] % 2 and not os.path.exists("mended"):
                    raise ValueError("odd")
                return event["n"]
            """, to: "work.py")
        try workspace.write(
            "functions:\n  work: {handler: work.work, concurrency: 1}\n", to: "maprun.yaml")
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "odd").code == 0)
    }

    @Test func onlyWhatFailedRunsAgain() throws {
        let plan = try workspace.maprun("redrive", "last", "--dry-run")
        #expect(
            plan.lines == [
                "map run  kept  failed  invalidated  changed  new  vanished",
                "Rows       10      10            0        0    0         0",
            ])
        try workspace.write("", to: "mended")
        let redriven = try workspace.maprun("redrive", "last")
        #expect(redriven.code == 0, "\(redriven.err)")
        let results = try workspace.maprun("results", "last").lines
        #expect(
            results == (0..<20).map { #"{"index":\#($0),"status":"SUCCEEDED","output":\#($0)}"# })
        #expect(try workspace.maprun("failures", "last", "--json").out.isEmpty)
        let calls = try workspace.read("calls.log").split(separator: "\n").compactMap { Int($0) }
        #expect(calls.sorted() == (0..<20).flatMap { $0 % 2 == 0 ? [$0] : [$0, $0] })
    }

    @Test func batchesTellHowManyItemsThereAre() throws {
        let flow = try workspace.read("calls.asl.json")
            .replacingOccurrences(
                of: #""ItemReader""#, with: #""ItemBatcher": {"MaxItemsPerBatch": 5}, "ItemReader""#
            )
        try workspace.write(flow, to: "batches.asl.json")
        try workspace.write("def work(event, context): return 1\n", to: "work.py")
        #expect(try workspace.maprun("run", "batches.asl.json").code == 0)
        let status = try Value.parse(try workspace.maprun("status", "last", "--json").out)
        let counts = status["mapRuns"]?[0]?["itemCounts"]
        #expect(counts?["total"] == 20)
        #expect(counts?["pending"] == 0)
        #expect(counts?["pendingRedrive"] == 0)
    }

    @Test func theStatusTellsOfRedrivesAsAWSDoes() throws {
        func status() throws -> Value {
            try Value.parse(try workspace.maprun("status", "last", "--json").out)
        }
        let before = try status()
        let id = try workspace.id("odd")
        #expect(
            before["executionArn"]?.string
                == "arn:aws:states:us-east-1:000000000000:execution:odd:\(id)")
        #expect(before["stateMachineArn"]?.string?.hasSuffix(":stateMachine:odd") == true)
        #expect(before["redriveCount"] == 0)
        #expect(before["redriveDate"] == nil)
        #expect(before["redriveStatus"] == "NOT_REDRIVABLE")
        #expect(
            before["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven")
        let map = before["mapRuns"]?[0]
        #expect(map?["executionArn"] == before["executionArn"])
        #expect(map?["redriveDate"] == nil)
        let dates = [
            before["startDate"], map?["startDate"], map?["stopDate"], before["stopDate"],
        ].map { $0?.string ?? "" }
        #expect(!dates.contains("") && dates == dates.sorted())
        for count in 1...2 {
            #expect(try workspace.maprun("redrive", "last").code == 0)
            let after = try status()
            #expect(after["redriveCount"] == .int(count))
            #expect(after["startDate"] == before["startDate"])
            #expect(after["mapRuns"]?[0]?["redriveCount"] == .int(count))
            #expect(after["mapRuns"]?[0]?["redriveDate"] == after["redriveDate"])
            let times = [
                before["stopDate"], after["redriveDate"], after["mapRuns"]?[0]?["stopDate"],
            ].map { $0?.string ?? "" }
            #expect(!times.contains("") && times == times.sorted())
        }
        #expect(try workspace.maprun("status", "last").out.contains("redriven 2 times, last 2"))
    }

    @Test func aRunThatHasNotEndedIsResumedInstead() throws {
        let run = try workspace.run("odd")
        try FileManager.default.removeItem(atPath: workspace.path(run + "/journal/000001.journal"))
        let refused = try workspace.maprun("redrive", "last")
        #expect(refused.code == 2)
        #expect(refused.lastError == "maprun resume \(try workspace.id("odd"))")
    }

    @Test func aRunInWhichNothingRunsAgainStaysAsItIs() throws {
        try workspace.write("", to: "mended")
        #expect(try workspace.maprun("redrive", "last").code == 0)
        let flow = try workspace.read("calls.asl.json")
        try workspace.write(
            flow.replacingOccurrences(
                of: #"{"StartAt": "Rows""#, with: #"{"Comment": "no other", "StartAt": "Rows""#),
            to: "other.asl.json")
        let run = try workspace.run("odd")
        let before = try workspace.files(of: run)
        for words in [
            [], ["--with", "other.asl.json"],
            ["--with", "other.asl.json", "--keep", "unaffected"], ["--output", "json"],
        ] {
            let redriven = try workspace.start(["redrive", "last"] + words).wait()
            #expect(redriven.code == 0, "\(redriven.err)")
            #expect(redriven.out.contains("SUCCEEDED") == words.contains("json"))
            #expect(
                redriven.lastError == "run '\(try workspace.id("odd"))' has succeeded and is not "
                    + "redriven (on AWS: ExecutionNotRedrivable); nothing was changed")
            let plan = try workspace.start(["redrive", "last", "--dry-run"] + words).wait()
            #expect(
                plan.lines.last == "no item runs again, the run stays as it is"
                    || words.contains("json"))
        }
        #expect(try workspace.maprun("redrive", "last", "--quiet").err.isEmpty)
        #expect(try workspace.files(of: run) == before)
        // A limit of the Map is another: what comes after it may be, too.
        try workspace.write(
            flow.replacingOccurrences(of: "100", with: "50"), to: "other.asl.json")
        #expect(
            try workspace.maprun("redrive", "last", "--with", "other.asl.json").code == 0)
        let status = try Value.parse(try workspace.maprun("status", "last", "--json").out)
        #expect(status["redriveCount"] == 2)
    }

    @Test(arguments: [["--limit", "4"], ["--items", "0,2-5"], ["--sample", "3", "--seed", "1"]])
    func aSelectionThatIsDoneStaysAsItIs(_ words: [String]) throws {
        try workspace.write("", to: "mended")
        let ran = try workspace.start(["run", "calls.asl.json", "--name", "part"] + words).wait()
        #expect(ran.code == 0, "\(ran.err)")
        let run = try workspace.run("part")
        let before = try workspace.files(of: run)
        #expect(try workspace.maprun("redrive", "last").err.contains("ExecutionNotRedrivable"))
        #expect(try workspace.files(of: run) == before)
    }

    @Test func thePlanNamesTheStateWhereNoItemRunsAgain() throws {
        try workspace.write(Flows.fail, to: "fail.asl.json")
        #expect(try workspace.maprun("run", "fail.asl.json").code == 1)
        #expect(
            try workspace.maprun("redrive", "last", "--dry-run").lines
                == ["no item runs again, the execution goes on at state 'A'"])
    }

    @Test func thePlanIsJSONWhereThatIsWanted() throws {
        let plan = try workspace.maprun("redrive", "last", "--dry-run", "--output", "json")
        #expect(plan.code == 0)
        #expect(try Value.parse(plan.out)["failed"] == 10)
        #expect(try workspace.maprun("redrive", "last", "--dry-run", "--json").out == plan.out)
    }
}
