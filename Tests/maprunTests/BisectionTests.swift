import Foundation
import Testing

/// Batches that fail and are halved until the items that fail stand alone.
@Suite struct BisectionTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let lines = (0..<23).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        // Fails for the items in `bad`; kills maprun once for each file kill-N.
        try workspace.write(
            """
            import os, signal

            def work(event, context):
                ns = [item["n"] for item in event["Items"]]
                with open("calls.log", "a") as calls:
                    calls.write("%s\\n" % ns)
                for n in ns:
                    if os.path.exists("kill-%d" % n):
                        os.rename("kill-%d" % n, "killed-%d" % n)
                        os.kill(os.getppid(), signal.SIGKILL)
                        signal.pause()
                bad = [int(n) for n in open("bad").read().split()]
                if any(n in bad for n in ns):
                    raise ValueError(str([n for n in ns if n in bad]))
                return ns
            """, to: "work.py")
        try workspace.write(
            "functions:\n  work: {handler: work.work, concurrency: 2}\n", to: "maprun.yaml")
    }

    private func write(
        type: String = "STANDARD", concurrency: Int = 2, tolerance: String = "100",
        selector: String = ""
    ) throws {
        let flow = Flows.calls(key: "items.jsonl", concurrency: concurrency, type: type)
            .replacingOccurrences(
                of: #""MaxConcurrency""#,
                with: #""ToleratedFailurePercentage": \#(tolerance), \#(selector)"#
                    + #""ItemBatcher": {"MaxItemsPerBatch": 8}, "MaxConcurrency""#)
        try workspace.write(flow, to: "flow.asl.json")
    }

    private func results(_ run: String) throws -> [String] {
        try ["results.jsonl", "failures.jsonl", "failures.csv"].map {
            try workspace.read("\(workspace.run(run))/maps/Rows/\($0)").replacing(
                /requestId[\\": ]+[0-9a-f-]{36}/, with: "requestId")
        }
    }

    private var calls: [String: Int] {
        let log = (try? workspace.read("calls.log")) ?? ""
        return Dictionary(log.split(separator: "\n").map { (String($0), 1) }, uniquingKeysWith: +)
    }

    @Test func onlyTheBadItemsFailAndTheGoodOnesHaveTheirResults() throws {
        try workspace.write("5 22", to: "bad")
        try write()
        let ran = try workspace.maprun("run", "flow.asl.json", "--bisect-batches")
        #expect(ran.code == 0, "\(ran.err)")
        let rows = try workspace.maprun("results", "last").lines
        let good = [
            (0, "0,1,2,3"), (4, "4"), (6, "6,7"), (8, "8,9,10,11,12,13,14,15"), (16, "16,17,18,19"),
            (20, "20,21"),
        ]
        #expect(rows.count == 8)
        for (first, numbers) in good {
            let count = numbers.split(separator: ",").count
            let row =
                #"{"index":\#(first),"items":\#(count),"status":"SUCCEEDED","output":[\#(numbers)]}"#
            #expect(rows.contains(row), "\(rows)")
        }
        #expect(rows[2].hasPrefix(#"{"index":5,"items":1,"status":"FAILED","error":"ValueError""#))
        #expect(rows[7].hasPrefix(#"{"index":22,"items":1,"status":"FAILED","error":"ValueError""#))
        let status = try workspace.maprun("status", "last", "--json").out
        #expect(
            status.contains(
                #""itemCounts":{"pending":0,"running":0,"succeeded":21,"failed":2,"timedOut":0,"#
                    + #""aborted":0,"total":23"#), "\(status)")
        #expect(
            status.contains(
                #""executionCounts":{"pending":0,"running":0,"succeeded":6,"failed":2,"timedOut":0,"#
                    + #""aborted":0,"total":8"#), "\(status)")
        let failures = try workspace.maprun("failures", "last", "--to-csv").lines
        #expect(failures.count == 3)
        #expect(failures[1].hasPrefix("5,ValueError,"), "\(failures)")
    }

    @Test(arguments: ["STANDARD", "EXPRESS"])
    func killedInTheMiddleOfABisectionTheResultsAreTheSame(_ type: String) throws {
        try workspace.write("5 6 17", to: "bad")
        try write(type: type, concurrency: 1)
        try workspace.maprun("run", "flow.asl.json", "--bisect-batches", "--name", "whole")
        let whole = calls
        try FileManager.default.removeItem(atPath: workspace.path("calls.log"))
        for item in [0, 4, 5, 7, 16, 19] { try workspace.write("", to: "kill-\(item)") }
        try write(type: type, concurrency: 3)
        var finished = try workspace.maprun(
            "run", "flow.asl.json", "--bisect-batches", "--name", "killed")
        var killed = 0
        while finished.code == 128 + SIGKILL, killed < 20 {
            killed += 1
            finished = try workspace.maprun("resume", "last")
        }
        #expect(finished.code == 0, "\(finished.err)")
        #expect(killed >= 4)
        #expect(try results("killed") == results("whole"))
        // Each part was called, and only what was in flight at a death more than once.
        #expect(Set(calls.keys) == Set(whole.keys))
        #expect(calls.values.reduce(0, +) <= whole.count + 3 * killed)
        #expect(calls["[8, 9, 10, 11, 12, 13, 14, 15]"] ?? 0 <= 1 + killed)
    }

    @Test func aRedriveRunsOnlyTheBadItemsAgain() throws {
        try workspace.write("5 22", to: "bad")
        try write()
        try workspace.maprun("run", "flow.asl.json", "--bisect-batches")
        try workspace.write("22", to: "bad")
        try FileManager.default.removeItem(atPath: workspace.path("calls.log"))
        let redriven = try workspace.maprun("redrive", "last")
        #expect(
            redriven.err.contains("Rows        6       2            0        0    0         0"),
            "\(redriven.err)")
        #expect(calls == ["[5]": 1, "[22]": 1])
        let results = try workspace.maprun("results", "last").lines
        #expect(results.contains(#"{"index":5,"items":1,"status":"SUCCEEDED","output":[5]}"#))
        #expect(results.count == 8)
    }

    @Test func toleranceSeesTheItemsThatAreLeftAfterTheBisection() throws {
        try workspace.write("5", to: "bad")
        // One of 23 is 4.3 %, a whole batch would be 34 %.
        try write(tolerance: "5")
        #expect(try workspace.maprun("run", "flow.asl.json", "--bisect-batches").code == 0)
        let whole = try workspace.maprun("run", "flow.asl.json", "--output", "json")
        #expect(whole.code == 1)
        #expect(whole.out.contains("States.ExceedToleratedFailureThreshold"), "\(whole.out)")
    }

    @Test(arguments: [true, false])
    func anItemWhoseSelectorFailsStandsAloneAndItsNeighboursRun(_ bisects: Bool) throws {
        try workspace.write("", to: "bad")
        let lines = (0..<20).map { $0 == 11 ? #"{"m":11}"# : #"{"n":\#($0)}"# }
        try workspace.write(lines.joined(separator: "\n") + "\n", to: "data/items.jsonl")
        try write(
            selector: #""ItemSelector": {"n.$": "$$.Map.Item.Value.n"}, "#)
        let flags = bisects ? ["--bisect-batches"] : []
        let ran = try workspace.start(["run", "flow.asl.json"] + flags).wait()
        #expect(ran.code == 0, "\(ran.err)")
        let status = try workspace.maprun("status", "last", "--json").out
        #expect(status.contains(#""succeeded":19,"failed":1"#), "\(status)")
        let failure = try workspace.maprun("failures", "last", "--json").out
        #expect(failure.contains(#""input":[{"m":11}],"error":"States.Runtime""#), "\(failure)")
        #expect(failure.contains(#""state":"Rows""#), "\(failure)")
        let row = try workspace.maprun("failures", "last", "--to-csv").lines
        #expect(row.first?.hasPrefix("m,maprun_error") == true, "\(row)")
    }

    @Test func withQuarantineABatchThatKillsMaprunIsSplitToo() throws {
        try workspace.write("", to: "bad")
        try workspace.write(
            workspace.read("work.py").replacingOccurrences(
                of: #"os.rename("kill-%d" % n, "killed-%d" % n)"#, with: "pass"), to: "work.py")
        try workspace.write("", to: "kill-13")
        try write()
        var finished = try workspace.maprun(
            "run", "flow.asl.json", "--bisect-batches", "--quarantine-after", "1")
        var killed = 0
        while finished.code == 128 + SIGKILL, killed < 20 {
            killed += 1
            finished = try workspace.maprun("resume", "last")
        }
        #expect(finished.code == 0, "\(finished.err)")
        let status = try workspace.maprun("status", "last", "--json").out
        #expect(status.contains(#""succeeded":22,"failed":1"#), "\(status)")
        let listed = try workspace.maprun("quarantine", "last", "--json").lines
        #expect(listed.count == 1 && listed[0].contains(#""index":13"#), "\(listed)")
    }

    @Test func aPartHasItsHistory() throws {
        try workspace.write("5", to: "bad")
        try write()
        try workspace.maprun("run", "flow.asl.json", "--bisect-batches")
        for (item, input) in [(0, "0,1,2,3"), (6, "6,7")] {
            let history = try workspace.maprun("history", "last", "--item", "\(item)", "--json")
            #expect(history.code == 0, "\(history.err)")
            let items = input.split(separator: ",").map { #"{\"n\":\#($0)}"# }
            let text = items.joined(separator: ",")
            #expect(history.out.contains(text), "\(history.out)")
        }
    }

    @Test func afterAnEditOnlyBatchesThatWereWholeAreKept() throws {
        try workspace.write("5", to: "bad")
        try write()
        try workspace.maprun("run", "flow.asl.json", "--bisect-batches")
        try workspace.write("", to: "bad")
        let lines = (0..<23).map { #"{"n":\#($0 == 22 ? 99 : $0)}"# }
        try workspace.write(lines.joined(separator: "\n") + "\n", to: "data/items.jsonl")
        try FileManager.default.removeItem(atPath: workspace.path("calls.log"))
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        let last = (16..<22).map(String.init) + ["99"]
        #expect(
            calls == ["[0, 1, 2, 3, 4, 5, 6, 7]": 1, "[\(last.joined(separator: ", "))]": 1])
        let results = try workspace.maprun("results", "last").lines
        #expect(
            results.map { $0.prefix(22) } == [
                #"{"index":0,"items":8,""#, #"{"index":8,"items":8,""#, #"{"index":16,"items":7,"#,
            ])
    }

    @Test func withoutAJournalTheResultsAreTheSame() throws {
        try workspace.write("5 22", to: "bad")
        try write()
        try workspace.maprun("run", "flow.asl.json", "--bisect-batches", "--name", "kept")
        try workspace.maprun(
            "run", "flow.asl.json", "--bisect-batches", "--journal", "off", "--name", "unkept")
        #expect(try results("unkept") == results("kept"))
    }

    @Test(arguments: [
        (["--limit", "2"], [0, 8], "16 items done, the rest of the input was not read"),
        (["--items", "9,12,22"], [8, 16], "15 items done, the rest of the input was not read"),
        (["--where", "$count(Items) < 8"], [16], "7 items done, 16 left"),
        (["--where", "17 in Items.n"], [16], "7 items done, 16 left"),
    ])
    func aSelectionIsOneOfWholeBatches(_ flags: [String], _ batches: [Int], _ left: String) throws {
        try workspace.write("5 9 17", to: "bad")
        try write()
        try workspace.maprun("run", "flow.asl.json", "--bisect-batches", "--name", "whole")
        let part = try workspace.start(
            ["run", "flow.asl.json", "--bisect-batches", "--name", "part"] + flags
        ).wait()
        #expect(part.code == 0, "\(part.err)")
        #expect(part.err.contains(left), "\(part.err)")
        let whole = try workspace.maprun("results", workspace.id("whole")).lines
        func index(_ line: String) -> Int {
            Int(line.dropFirst(#"{"index":"#.count).prefix { $0.isNumber }) ?? -1
        }
        let indexes = try workspace.maprun("results", "last").lines.map(index)
        #expect(indexes == whole.map(index).filter { batches.contains($0 / 8 * 8) })
        #expect(try workspace.maprun("resume", "last", "--all").code == 0)
        #expect(try results("part") == results("whole"))
    }

    @Test func aSelectionKilledInTheMiddleOfABisectionStaysTheSame() throws {
        try workspace.write("9 17", to: "bad")
        try write(concurrency: 1)
        let flags = ["--bisect-batches", "--where", "$sum(Items.n) > 28"]
        let whole = try workspace.start(["run", "flow.asl.json", "--name", "whole"] + flags).wait()
        #expect(whole.code == 0, "\(whole.err)")
        // Of a part that is left the condition would not hold.
        for item in [10, 16, 22] { try workspace.write("", to: "kill-\(item)") }
        var next = ["run", "flow.asl.json", "--name", "killed"] + flags
        for _ in 0..<10 {
            let ended = try workspace.start(next).wait()
            if ended.code == 0 { break }
            next = ["resume", "last"]
        }
        #expect(FileManager.default.fileExists(atPath: workspace.path("killed-22")))
        #expect(try results("killed") == results("whole"))
    }

    @Test func aSampleIsDrawnOfBatches() throws {
        try workspace.write("1 9 17", to: "bad")
        try write()
        let flags = ["--bisect-batches", "--sample", "2", "--seed", "7", "-q"]
        #expect(try workspace.start(["run", "flow.asl.json"] + flags).wait().code == 0)
        let first = try workspace.maprun("results", "last").lines
        let items = first.reduce(0) { sum, line in
            sum + (Int(line.split(separator: "\"items\":")[1].prefix { $0.isNumber }) ?? 0)
        }
        #expect(items == 16 || items == 15, "\(first)")
        #expect(try workspace.start(["run", "flow.asl.json"] + flags).wait().code == 0)
        let second = try workspace.maprun("results", "last").lines
        #expect(first.map { $0.prefix(30) } == second.map { $0.prefix(30) })
    }
}
