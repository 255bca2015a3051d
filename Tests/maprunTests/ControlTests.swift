import Foundation
import Testing

/// Map Runs that are changed and stopped from another process.
@Suite struct ControlTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let lines = (0..<12).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        try writeFlow(concurrency: 2)
    }

    private func writeFlow(concurrency: Int, fields: String = "") throws {
        let flow = Flows.calls(key: "items.jsonl", concurrency: concurrency)
            .replacingOccurrences(of: #""Label""#, with: fields + #""Label""#)
        try workspace.write(flow, to: "calls.asl.json")
    }

    /// Starts a run and waits until so many calls have come.
    private func start(
        _ gate: Gate, calls: Int, _ arguments: [String] = ["run", "calls.asl.json", "--name", "x"]
    ) throws -> Invocation {
        let before = gate.calls.count
        let run = try workspace.start(arguments)
        try run.until("\(calls) calls") { gate.calls.count == before + calls }
        return run
    }

    private func status() throws -> String { try workspace.maprun("status", "last", "--json").out }

    @Test func moreConcurrencyStartsMoreAtOnce() throws {
        let gate = try Gate(workspace)
        let run = try start(gate, calls: 2)
        let set = try workspace.maprun("set", "last", "--max-concurrency", "5")
        #expect(set.code == 0)
        #expect(set.err.hasPrefix("changed; process "))
        #expect(set.out.isEmpty)
        try run.until("five calls") { gate.calls.count == 5 }
        try run.until("a status that says so") {
            try status().contains(#""maxConcurrency":5,"#)
        }
        #expect(
            try FileManager.default.contentsOfDirectory(
                atPath: workspace.path(workspace.run("x") + "/requests")
            ).isEmpty)
        gate.release(100)
        #expect(run.wait().code == 0)
        #expect(gate.calls.sorted() == Array(0..<12))
    }

    @Test func theItemsOfBatchesInFlightAreCounted() throws {
        let flow = Flows.calls(key: "items.jsonl", concurrency: 2)
            .replacingOccurrences(
                of: #""Label""#, with: #""ItemBatcher": {"MaxItemsPerBatch": 3}, "Label""#
            )
            .replacingOccurrences(
                of: #""Type": "Task""#,
                with: #""Type": "Task", "Parameters": {"n.$": "$.Items[0].n"}"#)
        try workspace.write(flow, to: "calls.asl.json")
        let gate = try Gate(workspace)
        let run = try start(gate, calls: 2)
        for ended in 0...1 {
            gate.release(ended)
            try run.until("\(ended) batches that ended and two in flight") {
                let status = try status()
                func counts(_ kind: String, running: Int, succeeded: Int) -> Bool {
                    status.contains(
                        #""\#(kind)":{"pending":null,"running":\#(running),"#
                            + #""succeeded":\#(succeeded),"#)
                }
                return counts("itemCounts", running: 6, succeeded: 3 * ended)
                    && counts("executionCounts", running: 2, succeeded: ended)
            }
        }
        run.signal(SIGINT)
        try run.until("an answer") { run.said.contains("finishing 6 items in flight") }
        gate.release(100)
        _ = run.wait()
    }

    @Test func lessConcurrencySurvivesAKill() throws {
        try writeFlow(concurrency: 4)
        let gate = try Gate(workspace)
        let run = try start(gate, calls: 4)
        #expect(try workspace.maprun("set", "last", "--max-concurrency", "1").code == 0)
        run.signal(SIGKILL)
        _ = run.wait()
        #expect(try status().contains(#""maxConcurrency":1,"#))
        let resumed = try start(gate, calls: 1, ["resume", "last"])
        try resumed.until("one in flight") {
            try status().contains(#""running":1,"succeeded":0"#)
        }
        #expect(gate.calls.count == 5)
        gate.release(100)
        #expect(resumed.wait().code == 0)
        #expect(try workspace.maprun("results", "last").lines.count == 12)
    }

    @Test func aToleranceThatIsExceededByNowEndsTheRun() throws {
        try writeFlow(concurrency: 2, fields: #""ToleratedFailurePercentage": 50, "#)
        let gate = try Gate(workspace, fails: #"event["n"] < 2"#)
        let run = try start(gate, calls: 4)
        try run.until("two failures") { try status().contains(#""failed":2"#) }
        let set = try workspace.maprun("set", "last", "--tolerated-failure-count", "1")
        #expect(set.code == 0, "\(set.err)")
        let ended = run.wait()
        #expect(ended.code == 1)
        #expect(ended.err.contains("States.ExceedToleratedFailureThreshold"))
        let late = try workspace.maprun("set", "last", "--tolerated-failure-count", "5")
        #expect(late.code == 2)
        #expect(late.err.contains("CANNOT_UPDATE_COMPLETED_MAP_RUN"))
        #expect(late.err.contains("FAILED"))
    }

    @Test func stopAbortsWhatRunsAndKeepsTheRest() throws {
        try writeFlow(
            concurrency: 2,
            fields: """
                "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
                  "Parameters": {"Bucket": "out", "Prefix": "p"}}, 
                """)
        let gate = try Gate(workspace)
        let run = try start(gate, calls: 2)
        gate.release(3)
        try run.until("three successes") { try self.status().contains(#""succeeded":3"#) }
        let stop = try workspace.maprun("stop", "last", "--error", "Operator", "--cause", "enough")
        #expect(stop.code == 0, "\(stop.err)")
        #expect(stop.lastError == "maprun redrive \(try workspace.id("x"))")
        let ended = run.wait()
        #expect(ended.code == 1)
        #expect(ended.err.contains("execution failed: Operator: enough"), "\(ended.err)")
        let status = try self.status()
        #expect(status.contains(#""status":"ABORTED""#))
        #expect(status.contains(#""error":"Operator","cause":"enough""#))
        #expect(
            status.contains(
                #""running":0,"succeeded":3,"failed":0,"timedOut":0,"aborted":2,"total""#
            ), "\(status)")
        let results = try workspace.maprun("results", "last").lines
        #expect(results.filter { $0.contains("ABORTED") }.count == 2)
        #expect(try exported("PENDING_0.json").contains(#""Status":"PENDING""#))
        #expect(try exported("manifest.json").contains("PENDING_0.json"))
        let again = try workspace.maprun("stop", "last")
        #expect(again.code == 2)
        #expect(again.err.contains("has ended: ABORTED"))
        gate.release(100)
        #expect(try workspace.maprun("redrive", "last").code == 0)
        let calls = gate.calls
        #expect(calls.count == 14)
        #expect(Set(calls) == Set(0..<12))
    }

    private func exported(_ name: String) throws -> String {
        let folder = workspace.path("out/p")
        let id = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        return try workspace.read("out/p/\(id)/\(name)")
    }

    @Test func anInterruptedRunIsChangedForTheNextAndStoppedHere() throws {
        let gate = try Gate(workspace)
        let run = try start(gate, calls: 2)
        run.signal(SIGKILL)
        _ = run.wait()
        let set = try workspace.maprun("set", "last", "--max-concurrency", "3")
        #expect(set.code == 0)
        #expect(set.lastError == "maprun resume \(try workspace.id("x"))")
        let resumed = try start(gate, calls: 3, ["resume", "last"])
        resumed.signal(SIGKILL)
        _ = resumed.wait()
        let stop = try workspace.maprun("stop", "last")
        #expect(stop.code == 0, "\(stop.err)")
        #expect(gate.calls.count == 5)
        #expect(try status().contains(#""status":"ABORTED""#))
        gate.release(100)
        #expect(try workspace.maprun("redrive", "last").code == 0)
        #expect(try workspace.maprun("results", "last").lines.count == 12)
    }

    @Test(arguments: [["set", "last", "--max-concurrency", "5"], ["stop", "last"]])
    func aProcessThatDiesBetweenRequestAndAnswerIsNoticed(_ command: [String]) throws {
        let gate = try Gate(workspace)
        let run = try start(gate, calls: 2)
        run.signal(SIGSTOP)
        let asking = try workspace.start(command)
        let folder = workspace.path(try workspace.run("x") + "/requests")
        try asking.until("a request") {
            try FileManager.default.contentsOfDirectory(atPath: folder)
                .contains { $0.hasSuffix(".request") }
        }
        run.signal(SIGKILL)
        _ = run.wait()
        let asked = asking.wait()
        #expect(asked.code == 0, "\(asked.err)")
        #expect(asked.err.contains(" died before "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        guard command[0] == "set" else {
            return #expect(try status().contains(#""status":"ABORTED""#))
        }
        let resumed = try start(gate, calls: 5, ["resume", "last"])
        gate.release(100)
        #expect(resumed.wait().code == 0)
    }

    @Test func aProcessThatDoesNotAnswerChangesNothing() throws {
        let gate = try Gate(workspace)
        let run = try start(gate, calls: 2)
        run.signal(SIGSTOP)
        let set = try workspace.maprun(
            "set", "last", "--max-concurrency", "5", "--timeout", "0.1")
        #expect(set.code == 3)
        #expect(set.err.contains("has not answered for"))
        run.signal(SIGCONT)
        gate.release(100)
        #expect(run.wait().code == 0)
        #expect(try status().contains(#""maxConcurrency":2,"#))
    }

    @Test func wrongValuesAndLabelsAreRefused() throws {
        let gate = try Gate(workspace)
        let run = try start(gate, calls: 2)
        let label = try workspace.maprun("set", "last", "--map", "Row", "--max-concurrency", "5")
        #expect(label.code == 2)
        #expect(label.err.contains("no Map Run 'Row' yet; the run has 'Rows'"))
        for wrong in [
            ["set", "last"], ["set", "last", "--tolerated-failure-percentage", "101"],
            ["set", "last", "--max-concurrency=-1"], ["set", "nobody", "--max-concurrency", "1"],
        ] {
            #expect(try workspace.start(wrong).wait().code == 2)
        }
        gate.release(100)
        #expect(run.wait().code == 0)
    }
}
