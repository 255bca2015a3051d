import Foundation
import Testing

/// Runs of selected items, and their continuation to all.
@Suite struct SelectionTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let lines = (0..<40).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        try workspace.write(Flows.calls(key: "items.jsonl"), to: "calls.asl.json")
        try workspace.write(
            """
            def work(event, context):
                with open("calls.log", "a") as calls:
                    calls.write("%d\\n" % event["n"])
                return event["n"] * 2
            """, to: "work.py")
        try workspace.write(
            "functions:\n  work: {handler: work.work, concurrency: 1}\n", to: "maprun.yaml")
    }

    private var calls: [Int] {
        let log = (try? workspace.read("calls.log")) ?? ""
        return log.split(separator: "\n").compactMap { Int($0) }
    }

    private func indexes(_ run: String = "last") throws -> [Int] {
        try workspace.maprun("results", run).lines.compactMap { line in
            Int(line.dropFirst(#"{"index":"#.count).prefix { $0.isNumber })
        }
    }

    private func start(_ flags: [String]) throws -> Finished {
        try workspace.start(["run", "calls.asl.json", "--name", "part"] + flags).wait()
    }

    @Test(arguments: [
        (["--limit", "5"], [0, 1, 2, 3, 4], "the rest of the input was not read"),
        (["--items", "5,17-20,18"], [5, 17, 18, 19, 20], "the rest of the input was not read"),
        (["--where", "n > 36"], [37, 38, 39], "37 left"),
        (["--where", "n > 10", "--limit", "2"], [11, 12], "the rest of the input was not read"),
    ])
    func onlySelectedItemsRunAndThenTheOthers(
        _ flags: [String], _ expected: [Int], _ left: String
    ) throws {
        let part = try start(flags)
        #expect(part.code == 0, "\(part.err)")
        #expect(calls.sorted() == expected)
        #expect(try indexes() == expected)
        #expect(part.err.contains("was a selection: \(expected.count) items done, \(left)"))
        #expect(part.lastError == "maprun resume \(try workspace.id("part")) --all")
        let again = try workspace.maprun("resume", "last")
        #expect(again.code == 0)
        #expect(calls.count == expected.count)
        let all = try workspace.maprun("resume", "last", "--all")
        #expect(all.code == 0, "\(all.err)")
        #expect(!all.err.contains("--all"), "\(all.err)")
        #expect(calls.sorted() == Array(0..<40))
        #expect(try indexes() == Array(0..<40))
        try workspace.maprun("run", "calls.asl.json", "--name", "whole")
        let file = "/maps/Rows/results.jsonl"
        #expect(
            try workspace.data(workspace.run("part") + file)
                == workspace.data(workspace.run("whole") + file))
        #expect(try workspace.maprun("resume", try workspace.id("part"), "--all").code == 0)
        #expect(calls.count == 80)
    }

    @Test func aSampleFollowsFromTheSeed() throws {
        var drawn: [[Int]] = []
        for (seed, concurrency) in [("1", "1"), ("1", "8"), ("2", "8")] {
            let part = try start([
                "--sample", "6", "--seed", seed, "--max-concurrency", concurrency,
            ])
            #expect(part.code == 0, "\(part.err)")
            #expect(part.err.contains("6 items done, 34 left"), "\(part.err)")
            drawn.append(try indexes())
        }
        #expect(drawn[0].count == 6)
        #expect(drawn[0] == drawn[1])
        #expect(drawn[0] != drawn[2])
        let matching = try start(["--sample", "100", "--where", "n % 10 = 3"])
        #expect(matching.code == 0)
        #expect(try indexes() == [3, 13, 23, 33])
    }

    @Test(arguments: [
        (["--items", "9-3"], "from low to high"), (["--items", "x"], "no list of indexes"),
        (["--items", "3,40"], "the last one is 39"), (["--limit", "0"], "at least 1"),
        (["--sample", "2", "--limit", "2"], "exclude each other"),
        (["--items", "2", "--where", "n"], "goes with no other"),
        (["--where", "n > "], "  n > \n      ^"),
    ])
    func wrongSelectionsAreRefused(_ flags: [String], _ message: String) throws {
        let refused = try start(flags)
        #expect(refused.code == 2, "\(refused.err)")
        #expect(refused.err.contains(message), "\(refused.err)")
        #expect(calls.isEmpty)
    }

    @Test func itemsThatAreNotThereAbortTheRunWhichGoesOnWithAll() throws {
        let flow = try workspace.read("calls.asl.json").replacing(
            #"{"StartAt": "Rows", "States": {"#,
            with: """
                {"StartAt": "First", "States": {
                "First": {"Type": "Task", "Next": "Rows",
                  "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"},
                """)
        try workspace.write(flow, to: "calls.asl.json")
        let refused = try start(["--items", "3,40", "--input", #"{"n": -1}"#])
        #expect(refused.code == 2)
        #expect(refused.err.contains("names item 40, but the input has 40, "), "\(refused.err)")
        #expect(calls == [-1])
        #expect(try workspace.maprun("status", "last").lines.contains("status   ABORTED"))
        #expect(try workspace.maprun("list").out.contains("ABORTED"))
        let ended = try workspace.maprun("resume", "last")
        #expect(ended.code == 1)
        #expect(ended.err.contains("has ended before: ABORTED"), "\(ended.err)")
        #expect(ended.lastError == "maprun resume \(try workspace.id("part")) --all")
        let all = try workspace.maprun("resume", "last", "--all")
        #expect(all.code == 0, "\(all.err)")
        #expect(calls.sorted() == Array(-1..<40))
        #expect(try indexes() == Array(0..<40))
    }

    @Test func aRedriveIsRefusedUntilTheItemsAreThere() throws {
        #expect(try start(["--items", "3,40"]).code == 2)
        for flags in [[], ["-q"], ["--dry-run"]] {
            let refused = try workspace.start(["redrive", "last"] + flags).wait()
            #expect(refused.code == 2)
            #expect(refused.err.contains("names item 40, but the input has 40, "), "\(refused.err)")
            #expect(refused.err.contains("resume --all"))
        }
        #expect(try workspace.maprun("status", "last", "--json").out.contains(#""redriveCount":0"#))
        let rows = try workspace.read("data/items.jsonl")
        try workspace.write(rows + #"{"n":40}"# + "\n", to: "data/items.jsonl")
        let redriven = try workspace.maprun("redrive", "last")
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(try indexes() == [3, 40])
    }

    @Test func aConditionThatFailsForAnItemNamesIt() throws {
        try workspace.write(
            #"{"n":1}"# + "\n" + #"{"n":"x"}"# + "\n", to: "data/items.jsonl")
        let failed = try start(["--where", "n > 0"])
        #expect(failed.code == 1)
        #expect(failed.err.contains("cannot be told of item 1: "), "\(failed.err)")
        #expect(calls == [1])
    }

    @Test func aConditionOnTextsIsTold() throws {
        try workspace.write(#"{"n":"1"}"# + "\n", to: "data/items.jsonl")
        let failed = try start(["--where", "n > 0"])
        #expect(failed.code == 1)
        #expect(failed.err.contains("its fields are texts, $number(…)"), "\(failed.err)")
        #expect(!failed.err.contains(": : "), "\(failed.err)")
    }

    @Test func aWorkflowWithoutADistributedMapHasNothingToSelect() throws {
        try workspace.write(Flows.pass, to: "pass.asl.json")
        let refused = try workspace.maprun("run", "pass.asl.json", "--limit", "1")
        #expect(refused.code == 2)
        #expect(refused.err.contains("this workflow has none"))
        try workspace.maprun("run", "pass.asl.json")
        let all = try workspace.maprun("resume", "last", "--all")
        #expect(all.code == 2)
        #expect(all.err.contains("was started with all items"))
    }

    /// Takes back what no call has used of a gate.
    private func shut(_ gate: Gate) {
        let handle = open(workspace.path("gate"), O_RDONLY | O_NONBLOCK)
        var bytes = [UInt8](repeating: 0, count: 1000)
        while read(handle, &bytes, bytes.count) > 0 {}
        close(handle)
    }

    @Test func killedSelectionsAndContinuationsRunNoFinishedItemTwice() throws {
        let gate = try Gate(workspace)
        let part = try workspace.start(
            ["run", "calls.asl.json", "--name", "part", "--where", "n >= 20", "--limit", "10"])
        gate.release(4)
        try part.until("4 items done and 4 begun") { gate.calls.count == 8 }
        part.signal(SIGKILL)
        #expect(part.wait().code == 128 + SIGKILL)
        gate.release(100)
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        #expect(resumed.lastError.hasSuffix("--all"))
        #expect(try indexes() == Array(20..<30))
        let before = gate.calls.count
        let kept = (0...8).first { resumed.err.contains("Rows: \($0) item") } ?? -1
        #expect(before == 8 + 10 - kept, "\(resumed.err)")
        shut(gate)
        let all = try workspace.start(["resume", "last", "--all"])
        gate.release(8)
        try all.until("8 more items done and 4 begun") { gate.calls.count == before + 12 }
        all.signal(SIGKILL)
        #expect(all.wait().code == 128 + SIGKILL)
        gate.release(100)
        let last = try workspace.maprun("resume", "last")
        #expect(last.code == 0, "\(last.err)")
        #expect(!last.err.contains("--all"))
        #expect(try indexes() == Array(0..<40))
        #expect(gate.calls[before...].allSatisfy { !(20..<30).contains($0) })
    }
}
