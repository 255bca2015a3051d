import Foundation
import JSON
import Testing

/// Runs whose input was edited in between: what is still there keeps its result, the rest runs.
@Suite(.serialized) struct RebaseTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            Flows.calls(key: "items.jsonl").replacingOccurrences(
                of: #""MaxConcurrency""#,
                with: #""ToleratedFailurePercentage": 100, "MaxConcurrency""#),
            to: "calls.asl.json")
        try workspace.write(
            """
            import os, threading

            def work(event, context):
                with open(os.environ["CALLS"], "a+") as calls:
                    calls.write("%s %s\\n" % (event["id"], event["v"]))
                    calls.seek(0)
                    different = len(set(calls))
                if os.path.exists("limit") and different > int(open("limit").read()):
                    threading.Event().wait()
                if event["v"] == "bad":
                    raise ValueError(event["id"])
                return {"id": event["id"], "seen": event["v"]}
            """, to: "work.py")
        try workspace.write(
            """
            functions:
              work:
                handler: work.work
                runtime: python3
                concurrency: 2
                environment: {CALLS: "\(workspace.path("calls.log"))"}
            """, to: "maprun.yaml")
    }

    struct Row: Equatable {
        var id: String
        var v: String
        var line: String { #"{"id":"\#(id)","v":"\#(v)"}"# + "\n" }
    }

    private func write(_ rows: [Row]) throws {
        try workspace.write(rows.map(\.line).joined(), to: "data/items.jsonl")
    }

    private func calls() -> [String: Int] {
        let lines = ((try? workspace.read("calls.log")) ?? "").split(separator: "\n")
        return Dictionary(lines.map { (String($0), 1) }, uniquingKeysWith: +)
    }

    /// The result files, without the ids of requests, which a moved row keeps.
    private func results(_ name: String) throws -> [String] {
        let run = try workspace.run(name)
        return try CrashTests.files.map {
            try workspace.read("\(run)/maps/Rows/\($0)").replacing(
                /requestId[\\": ]+[0-9a-f-]{36}/, with: "requestId")
        }
    }

    @Test func rowsThatMovedRunAgainWhereTheirInputNamesTheIndex() throws {
        let flow = try workspace.read("calls.asl.json").replacingOccurrences(
            of: #""ItemProcessor""#,
            with: """
                "ItemSelector": {"id.$": "$$.Map.Item.Value.id", "v.$": "$$.Map.Item.Index"},
                "ItemProcessor"
                """)
        try workspace.write(flow, to: "calls.asl.json")
        var rows = Self.rows(6)
        try write(rows)
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "old").code == 0)
        rows.insert(Row(id: "new", v: "a"), at: 3)
        try write(rows)
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.err.contains("3 kept, 3 changed, 1 new, 0 vanished"), "\(resumed.err)")
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "fresh").code == 0)
        #expect(try results("old") == results("fresh"))
    }

    /// What a kill may leave of the swap of two folders, each of which is as good as the other.
    @Test(arguments: ["building", "between", "removing"])
    func aKilledSwapLeavesOneGenerationOrTheOther(_ moment: String) throws {
        var rows = Self.rows(12)
        try write(rows)
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "old").code == 0)
        let maps = workspace.path(try workspace.run("old") + "/maps")
        let files = FileManager.default
        try files.createDirectory(atPath: maps + "/.old", withIntermediateDirectories: true)
        try files.copyItem(atPath: maps + "/Rows", toPath: maps + "/kept")
        rows.insert(Row(id: "new", v: "a"), at: 2)
        try write(rows)
        #expect(try workspace.maprun("resume", "last").code == 0)
        try files.createDirectory(atPath: maps + "/.rebase", withIntermediateDirectories: true)
        try files.createDirectory(atPath: maps + "/.old", withIntermediateDirectories: true)
        switch moment {
        case "building":
            try files.moveItem(atPath: maps + "/Rows", toPath: maps + "/.rebase/Rows")
            try files.removeItem(atPath: maps + "/.rebase/Rows/map.json")
            try files.moveItem(atPath: maps + "/kept", toPath: maps + "/Rows")
        case "between":
            try files.moveItem(atPath: maps + "/Rows", toPath: maps + "/.rebase/Rows")
            try files.moveItem(atPath: maps + "/kept", toPath: maps + "/.old/Rows")
        default:
            try files.moveItem(atPath: maps + "/kept", toPath: maps + "/.old/Rows")
        }
        let listed = try workspace.maprun("results", "last").lines
        #expect(listed.count == (moment == "building" ? 12 : 13))
        let resumed = try workspace.maprun("redrive", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        #expect(calls().count == 13)
        #expect(calls().values.allSatisfy { $0 == 1 || moment == "building" })
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "fresh").code == 0)
        #expect(try results("old") == results("fresh"))
        #expect(
            try files.contentsOfDirectory(atPath: maps).filter { !$0.hasPrefix(".") } == ["Rows"])
    }

    static func rows(_ count: Int) -> [Row] { (0..<count).map { Row(id: "r\($0)", v: "a") } }

    @Test func insertedRemovedEditedAndMovedRowsAreRecognised() throws {
        var rows = Self.rows(20)
        try write(rows)
        let ran = try workspace.maprun(
            "run", "calls.asl.json", "--name", "old", "--key", "id")
        #expect(ran.code == 0, "\(ran.err)")
        rows.swapAt(3, 12)
        rows[5].v = "b"
        rows.remove(at: 0)
        rows.insert(Row(id: "new", v: "a"), at: 7)
        try write(rows)
        let plan = try workspace.maprun("redrive", "last", "--dry-run")
        #expect(plan.out.contains("the input has changed since"), "\(plan.out)")
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        #expect(
            resumed.err.contains("18 kept (7 of them moved), 1 changed, 1 new, 1 vanished"),
            "\(resumed.err)")
        let made = calls()
        #expect(made.count == 22)
        #expect(made.values.allSatisfy { $0 == 1 })
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "fresh").code == 0)
        #expect(try results("old") == results("fresh"))
        let again = try workspace.maprun("resume", try workspace.id("old"))
        #expect(again.err.contains("has ended before"), "\(again.err)")
    }

    /// A row means something else under another header.
    @Test(arguments: [[], ["--key", "id"]])
    func rowsUnderAnotherHeaderHaveChanged(_ key: [String]) throws {
        let flow = try workspace.read("calls.asl.json").replacingOccurrences(
            of: #""InputType": "JSONL""#,
            with: #""InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW""#)
        try workspace.write(flow, to: "calls.asl.json")
        let rows = "1,a,Ann,Lee\n2,b,Bo,Smith\n"
        try workspace.write("id,v,first,last\n" + rows, to: "data/items.jsonl")
        let ran = try workspace.start(["run", "calls.asl.json", "--name", "old"] + key).wait()
        #expect(ran.code == 0, "\(ran.err)")
        try workspace.write("id,v,last,first\n" + rows, to: "data/items.jsonl")
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.err.contains("0 kept, 2 changed, 0 new, 0 vanished"), "\(resumed.err)")
        #expect(calls() == ["1 a": 2, "2 b": 2])
    }

    @Test func aFileOfAnotherTimeWithTheSameRowsLeavesARunAlone() throws {
        try write(Self.rows(6))
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "old").code == 0)
        let run = try workspace.run("old")
        let before = try workspace.files(of: run)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
            ofItemAtPath: workspace.path("data/items.jsonl"))
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0)
        #expect(resumed.err.contains("has ended before"), "\(resumed.err)")
        #expect(try workspace.files(of: run) == before)
    }

    /// Rows go through two calls, the second of which fails of bad ones until all is mended.
    private func writeTwoCalls() throws {
        let calls = "arn:aws:lambda:us-east-1:123456789012:function:work"
        let flow = Flows.calls(key: "items.jsonl")
            .replacingOccurrences(
                of: #""MaxConcurrency""#,
                with: #""ToleratedFailurePercentage": 100, "MaxConcurrency""#
            )
            .replacingOccurrences(
                of: #""Type": "Task", "End": true"#,
                with: #""Type": "Task", "ResultPath": null, "Next": "Last""#
            )
            .replacingOccurrences(
                of: #""Work": {"#,
                with:
                    #""Last": {"Type": "Task", "End": true, "Resource": "\#(calls):2"}, "Work": {"#)
        try workspace.write(flow, to: "calls.asl.json")
        let work = try workspace.read("work.py")
        try workspace.write(
            work.replacingOccurrences(
                of: #"== "bad":"#,
                with: #"== "bad" and context.invoked_function_arn.endswith(":2") "#
                    + #"and not os.path.exists("mended"):"#),
            to: "work.py")
    }

    @Test func itemsThatMovedContinueAtTheStateThatFailed() throws {
        try writeTwoCalls()
        var rows = Self.rows(6)
        rows[2].v = "bad"
        try write(rows)
        let ran = try workspace.maprun("run", "calls.asl.json", "--name", "old")
        #expect(ran.code == 0, "\(ran.err)")
        #expect(try workspace.maprun("failures", "last", "--json").lines.count == 1)
        rows.insert(Row(id: "new", v: "a"), at: 0)
        try write(rows)
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(self.calls()["r2 bad"] == 2)
        try workspace.write("", to: "mended")
        let redriven = try workspace.maprun("redrive", "last")
        #expect(redriven.code == 0, "\(redriven.err)")
        // The task before it is not called again.
        #expect(self.calls()["r2 bad"] == 3)
        for item in [1, 3] {
            let history = try workspace.maprun("history", "last", "--item", "\(item)")
            #expect(history.code == 0, "\(history.err)")
            #expect(history.out.contains("ExecutionSucceeded"))
        }
    }

    /// Six rows, of which those at 2 and 4 have failed in a run and failed again in its redrive.
    private func redriveWithTwoBad() throws -> [Row] {
        var rows = Self.rows(6)
        rows[2].v = "bad"
        rows[4].v = "bad"
        try write(rows)
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "old").code == 0)
        #expect(try workspace.maprun("redrive", "last").code == 0)
        return rows
    }

    private func history(_ item: Int) throws -> [String] {
        let told = try workspace.maprun("history", "last", "--item", "\(item)", "--json")
        #expect(told.code == 0, "\(told.err)")
        return told.lines
    }

    @Test func historiesOfItemsThatMovedHaveAllAttempts() throws {
        try writeTwoCalls()
        var rows = try redriveWithTwoBad()
        try workspace.write("", to: "mended")
        #expect(try workspace.maprun("redrive", "last").code == 0)
        let whole = try [0, 2, 4].map(history)
        #expect(whole[1].count { $0.contains("ExecutionRedriven") } == 2)
        rows.insert(Row(id: "new", v: "a"), at: 0)
        rows.remove(at: 4)
        try write(rows)
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(try [1, 3, 4].map(history) == whole)
        rows.swapAt(3, 4)
        try write(rows)
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(try [1, 4, 3].map(history) == whole)
        let none = try workspace.maprun("redrive", "last")
        #expect(none.code == 0, "\(none.err)")
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "fresh").code == 0)
        #expect(try results("old") == results("fresh"))
    }

    @Test func itemsThatMoveWhileTheyAreRedrivenHaveTheHistoryOfThoseThatStay() throws {
        func types(moving: Bool) throws -> [String] {
            try? FileManager.default.removeItem(atPath: workspace.path("mended"))
            var rows = Self.rows(4)
            rows[2].v = "bad"
            try write(rows)
            #expect(try workspace.maprun("run", "calls.asl.json").code == 0)
            for step in 0..<3 {
                if moving {
                    rows.insert(Row(id: "new\(step)", v: "a"), at: 0)
                    try write(rows)
                }
                if step == 2 { try workspace.write("", to: "mended") }
                #expect(try workspace.maprun("redrive", "last").code == 0)
            }
            return try history(moving ? 5 : 2).compactMap {
                try Value.parse($0)["type"]?.string
            }
        }
        try writeTwoCalls()
        let stayed = try types(moving: false)
        #expect(stayed.count { $0 == "ExecutionRedriven" } == 3)
        #expect(try types(moving: true) == stayed)
    }

    @Test func whatIsVoidIsNotShownAgainWhileARunGoesOnWhoseInputHasChanged() throws {
        try writeTwoCalls()
        // More than is held back before it is written.
        var rows = [Row(id: String(repeating: "long", count: 100_000), v: "bad")] + Self.rows(3)
        try write(rows)
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "old").code == 0)
        let run = try workspace.run("old")
        #expect(try !workspace.read("\(run)/maps/Rows/failures.jsonl").isEmpty)
        try workspace.write("", to: "mended")
        #expect(try workspace.maprun("redrive", "last").code == 0)
        rows.insert(Row(id: "new", v: "a"), at: 3)
        try write(rows)
        try workspace.write("4", to: "limit")
        let invocation = try workspace.start(["resume", "last"])
        try invocation.until("the new row is called, and the results before it are there") {
            try calls()["new a"] == 1
                && workspace.read("\(run)/maps/Rows/results.jsonl").split(separator: "\n").count
                    == 3
        }
        #expect(try workspace.read("\(run)/maps/Rows/failures.jsonl").isEmpty)
        invocation.signal(SIGKILL)
        _ = invocation.wait()
        try FileManager.default.removeItem(atPath: workspace.path("limit"))
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "fresh").code == 0)
        #expect(try results("old") == results("fresh"))
    }

    @Test func itemsThatWereInterruptedHaveBegunWhenTheyDidWhereverTheyMove() throws {
        var rows = Self.rows(4)
        try write(rows)
        try workspace.write("0", to: "limit")
        let invocation = try workspace.start(["run", "calls.asl.json", "--name", "old"])
        try invocation.until("the item's beginning is written down") {
            (try? workspace.maprun("history", "last", "--item", "2").code) == 0
        }
        invocation.signal(SIGKILL)
        _ = invocation.wait()
        try FileManager.default.removeItem(atPath: workspace.path("limit"))
        let begun = try history(2).first
        rows.insert(Row(id: "new", v: "a"), at: 0)
        try write(rows)
        #expect(try workspace.maprun("resume", "last").code == 0)
        let ended = try history(3)
        #expect(ended.first == begun)
        rows.insert(Row(id: "other", v: "a"), at: 0)
        try write(rows)
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(try history(4) == ended)
    }

    @Test func itemsKeepTheirRedriveCountsWhereTheyMove() throws {
        let flow = Flows.calls(key: "items.jsonl")
            .replacingOccurrences(
                of: #""MaxConcurrency""#,
                with: """
                    "ToleratedFailurePercentage": 100, "ResultWriter": {
                      "Resource": "arn:aws:states:::s3:putObject",
                      "Parameters": {"Bucket": "data", "Prefix": "out"},
                      "WriterConfig": {"Transformation": "NONE", "OutputType": "JSON"}},
                    "MaxConcurrency"
                    """
            )
            .replacingOccurrences(
                of: #""Work": {"#,
                with: """
                    "Count": {"Type": "Pass", "End": true,
                      "Parameters": {"count.$": "$$.Execution.RedriveCount"}},
                    "Work": {
                    """
            )
            .replacingOccurrences(
                of: #""Type": "Task", "End": true"#, with: #""Type": "Task", "Next": "Count""#)
        try workspace.write(flow, to: "calls.asl.json")
        let work = try workspace.read("work.py")
        try workspace.write(
            work.replacingOccurrences(
                of: #"== "bad":"#, with: #"== "bad" and not os.path.exists("mended"):"#),
            to: "work.py")
        var rows = try redriveWithTwoBad()
        rows.insert(Row(id: "new", v: "a"), at: 0)
        rows.remove(at: 5)
        try write(rows)
        try workspace.write("", to: "mended")
        let redriven = try workspace.maprun("redrive", "last")
        #expect(redriven.code == 0, "\(redriven.err)")
        func counts() throws -> [Int?] {
            try workspace.maprun("results", "last").lines.map {
                try Value.parse($0)["output"]?["count"]?.number?.int
            }
        }
        #expect(try counts() == [0, 0, 0, 2, 0, 0])
        let history = try workspace.maprun("history", "last", "--item", "3", "--json")
        #expect(history.code == 0, "\(history.err)")
        #expect(history.out.contains(#"{\"count\":2}"#), "\(history.out)")
        rows.insert(Row(id: "other", v: "a"), at: 0)
        try write(rows)
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(try counts() == [0, 0, 0, 0, 2, 0, 0])
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: workspace.path("data/out"))
        let records = try Value.parse(
            try workspace.read("data/out/\(try #require(folders.first))/SUCCEEDED_0.json"))
        #expect(
            records.array?.elements.map { $0["RedriveCount"]?.number?.int }
                == [0, 0, 0, 0, 2, 0, 0])
    }

    @Test func equalRowsAreToldApartByTheirNumber() throws {
        let same = Row(id: "same", v: "a")
        try write([same, Row(id: "x", v: "a"), same, same])
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "old").code == 0)
        try write([Row(id: "y", v: "a"), same, same, same, same])
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        #expect(calls() == ["same a": 4, "x a": 1, "y a": 1])
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "fresh").code == 0)
        #expect(try results("old") == results("fresh"))
    }

    @Test func randomEditsBetweenKillsGiveTheResultsOfAFreshRun() throws {
        var luck = Luck(state: 11)
        for round in 0..<4 {
            try? FileManager.default.removeItem(atPath: workspace.path("calls.log"))
            var rows = Self.rows(120)
            for index in rows.indices where luck.next() % 9 == 0 { rows[index].v = "bad" }
            try write(rows)
            let name = "round\(round)"
            let isKeyed = round % 2 == 0
            var arguments =
                ["run", "calls.asl.json", "--name", name] + (isKeyed ? ["--key", "id"] : [])
            for wanted in [25, 50, 75] {
                // A call beyond it does not end: the kill meets a run half-way.
                try workspace.write("\(wanted)", to: "limit")
                let invocation = try workspace.start(arguments)
                try invocation.until("\(wanted) calls") { calls().count > wanted }
                invocation.signal(SIGKILL)
                #expect(invocation.wait().code == 128 + SIGKILL)
                Self.edit(&rows, &luck, "k\(round)-\(wanted)")
                try write(rows)
                arguments = ["resume", "last"]
            }
            try FileManager.default.removeItem(atPath: workspace.path("limit"))
            let last = try workspace.maprun("resume", "last")
            #expect(last.code == 0, "\(last.err)")
            #expect(last.err.contains("the input has changed"), "\(last.err)")
            #expect(!last.err.contains("finished and kept"), "\(last.err)")
            // Only what was in flight, or not yet written down, at a kill is called again.
            #expect(calls().values.reduce(0) { $0 + $1 - 1 } <= 3 * 64)
            let mended = calls()
            #expect(
                try workspace.maprun("run", "calls.asl.json", "--name", "fresh").code == 0)
            #expect(try results(name) == results("fresh"))
            #expect(mended.count >= rows.count)
        }
    }

    private static func edit(_ rows: inout [Row], _ luck: inout Luck, _ mark: String) {
        for number in 0..<8 {
            let place = Int(luck.next() % UInt64(rows.count))
            let other = Int(luck.next() % UInt64(rows.count))
            switch luck.next() % 4 {
            case 0: rows.remove(at: place)
            case 1: rows.insert(Row(id: "\(mark)-\(number)", v: "a"), at: place)
            case 2: rows[place].v = "\(mark)-\(number)"
            default: rows.swapAt(place, other)
            }
        }
    }

    struct Luck {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}
