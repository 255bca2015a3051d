import Foundation
import JSON
import Testing

/// Runs that go on with a repaired workflow.
@Suite(.serialized) struct RepairTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let lines = (0..<20).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        try workspace.write(
            """
            import os

            def note(name, event):
                log = os.open("calls.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
                os.write(log, b"%s %d\\n" % (name, event["n"]))
                os.close(log)

            def first(event, context):
                note(b"first", event)
                return {"n": event["n"], "first": True}

            def second(event, context):
                note(b"second", event)
                if event.get("limit", 0) and event["n"] >= event["limit"]:
                    raise ValueError("too large")
                return {"n": event["n"], "second": True}
            """, to: "work.py")
        try workspace.write(
            """
            functions:
              first: {handler: work.first, concurrency: 1}
              second: {handler: work.second, concurrency: 1}
            """, to: "maprun.yaml")
    }

    static let function = "arn:aws:lambda:us-east-1:123456789012:function:"

    /// Odd numbers go through Odd, all through First and Second, which fails from `limit` on.
    static func flow(
        type: String = "STANDARD", limit: Int = 15, odd: String = "odd", second: String = "Second",
        fields: String = ""
    ) -> String {
        """
        {"QueryLanguage": "JSONata", "StartAt": "Rows", "States": {"Rows": {
          "Type": "Map", "Label": "Rows", "End": true, "ToleratedFailurePercentage": 100, \(fields)
          "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"},
            "Arguments": {"Bucket": "data", "Key": "items.jsonl"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "\(type)"},
            "StartAt": "Which", "States": {
              "Which": {"Type": "Choice", "Default": "First", "Choices": [
                {"Condition": "{% $states.input.n % 2 = 1 %}", "Next": "Odd"}]},
              "Odd": {"Type": "Pass", "Next": "First",
                "Output": "{% $merge([$states.input, {'kind': '\(odd)'}]) %}"},
              "First": {"Type": "Task", "Resource": "\(function)first", "Next": "\(second)",
                "Output": "{% $merge([$states.input, $states.result]) %}"},
              "\(second)": {"Type": "Task", "Resource": "\(function)second", "End": true,
                "Arguments": "{% $merge([$states.input, {'limit': \(limit)}]) %}",
                "Output": "{% $merge([$states.input, $states.result]) %}"}}}}}}
        """
    }

    private func calls(after mark: Int = 0) -> [String] {
        let log = (try? workspace.read("calls.log")) ?? ""
        return Array(log.split(separator: "\n").map(String.init).dropFirst(mark))
    }

    private func files(_ name: String) throws -> [Data] {
        let run = try workspace.run(name)
        return try CrashTests.files.map { try workspace.data("\(run)/maps/Rows/\($0)") }
    }

    private func begin(_ flow: String, _ name: String = "old", _ more: String...) throws {
        try workspace.write(flow, to: "flow.asl.json")
        let ran = try workspace.start(["run", "flow.asl.json", "--name", name] + more).wait()
        #expect(ran.code == 0, "\(ran.err)")
    }

    private func repair(_ flow: String, _ more: String...) throws -> Finished {
        try workspace.write(flow, to: "fixed.asl.json")
        return try workspace.start(["redrive", "last", "--with", "fixed.asl.json"] + more).wait()
    }

    @Test func failedItemsContinueAtTheirStateUnderTheNewWorkflow() throws {
        try begin(Self.flow())
        let mark = calls().count
        #expect(mark == 40)
        let plan = try repair(Self.flow(limit: 0), "--dry-run")
        #expect(
            plan.lines == [
                "map run  kept  failed  invalidated  changed  new  vanished",
                "Rows       15       5            0        0    0         0",
                "Rows: 15 kept items went through 'Second', now changed; "
                    + "--keep unaffected runs those again",
            ])
        #expect(calls().count == mark)
        let redriven = try repair(Self.flow(limit: 0))
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(redriven.err.contains("Rows       15       5"))
        #expect(calls(after: mark).sorted() == (15..<20).map { "second \($0)" })
        let run = try workspace.run("old")
        #expect(try workspace.read(run + "/definition.json") == Self.flow())
        #expect(try workspace.read(run + "/definition.2.json") == Self.flow(limit: 0))
        #expect(try workspace.maprun("show", "last").out.contains("fixed.asl.json"))
        try begin(Self.flow(limit: 0), "fresh")
        #expect(try files("old") == files("fresh"))
    }

    @Test func onlyUnaffectedSuccessesStayWhereThatIsWanted() throws {
        try begin(Self.flow())
        let mark = calls().count
        let fixed = Self.flow(odd: "strange")
        let plan = try repair(fixed, "--keep", "unaffected", "--dry-run", "--json")
        let map = try Value.parse(plan.out)
        #expect(map["kept"] == 8)
        #expect(map["failed"] == 5)
        #expect(map["invalidated"] == 7)
        #expect(map["changedStates"] == ["Odd"])
        let redriven = try repair(fixed, "--keep", "unaffected")
        #expect(redriven.code == 0, "\(redriven.err)")
        let again = calls(after: mark)
        #expect(again.filter { $0.hasPrefix("first") }.count == 7)
        #expect(again.filter { $0.hasPrefix("second") }.count == 12)
        let results = try workspace.maprun("results", "last").lines
        #expect(results.filter { $0.contains(#""kind":"strange""#) }.count == 7)
        #expect(results.filter { $0.contains(#""kind":"odd""#) }.isEmpty)
    }

    @Test(arguments: [("unaffected", 20), ("succeeded", 5)])
    func whatNobodyKnowsOfAnExpressChildIsForTheUserToDecide(
        _ keep: String, _ count: Int
    ) throws {
        try begin(Self.flow(type: "EXPRESS"))
        let mark = calls().count
        let fixed = Self.flow(type: "EXPRESS", limit: 0, odd: "strange")
        let plan = try repair(fixed, "--keep", keep, "--dry-run")
        let isKept = keep == "succeeded"
        #expect(
            plan.out.contains("15 kept items may have gone through 'Odd', 'Second'") == isKept,
            "\(plan.out)")
        let redriven = try repair(fixed, "--keep", keep)
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(calls(after: mark).filter { $0.hasPrefix("first") }.count == count)
    }

    @Test func anItemWhoseStateIsGoneStartsAgain() throws {
        try begin(Self.flow())
        let mark = calls().count
        let fixed = Self.flow(limit: 0, second: "Other")
        let redriven = try repair(fixed)
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(redriven.err.contains("5 of the failed start again, as their state is gone"))
        #expect(calls(after: mark).filter { $0.hasPrefix("first") }.count == 5)
        try begin(fixed, "fresh")
        #expect(try files("old") == files("fresh"))
    }

    @Test func statesAfterTheMapRunUnderTheNewWorkflow() throws {
        let after = #"""
            "Output": "{% $count($states.result) %}", "Comment": "none",
            """#
        let broken = #""Output": "{% $error('no') %}","#
        try workspace.write(Self.flow(limit: 0, fields: broken), to: "flow.asl.json")
        #expect(try workspace.maprun("run", "flow.asl.json", "--name", "old").code == 1)
        let mark = calls().count
        let redriven = try repair(Self.flow(limit: 0, fields: after))
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(redriven.out == "20\n")
        #expect(calls().count == mark)
    }

    @Test func statesOfARunThatSucceededAreGoneThroughAgainWhereTheyAreOthers() throws {
        func flow(_ text: String, never: String = "") -> String {
            Self.flow(limit: 0, fields: #""Next": "Either","#)
                .replacingOccurrences(of: #""End": true, "ToleratedF"#, with: #""ToleratedF"#)
                .replacingOccurrences(
                    of: #""StartAt": "Rows", "States": {"#,
                    with: """
                        "StartAt": "Rows", "States": {
                          "Either": {"Type": "Choice", "Default": "Sum", "Choices": [
                            {"Condition": "{% false %}", "Next": "Never"}]},
                          "Sum": {"Type": "Pass", "End": true, "Output": "\(text)"},
                          "Never": {"Type": "Pass", "End": true, "Output": "\(never)"},
                        """)
        }
        try begin(flow("one"))
        let mark = calls().count
        let other = try repair(flow("one", never: "other"))
        #expect(other.lastError.contains("nothing was changed"), "\(other.err)")
        #expect(other.out == "\"one\"\n")
        let redriven = try repair(flow("two"))
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(redriven.out == "\"two\"\n")
        #expect(calls().count == mark)
    }

    @Test func otherBatchesAreOtherItems() throws {
        func flow(_ size: Int) -> String {
            """
            {"QueryLanguage": "JSONata", "StartAt": "Rows", "States": {"Rows": {
              "Type": "Map", "Label": "Rows", "End": true,
              "ItemBatcher": {"MaxItemsPerBatch": \(size)},
              "ItemReader": {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSONL"},
                "Arguments": {"Bucket": "data", "Key": "items.jsonl"}},
              "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                "StartAt": "Sum", "States": {"Sum": {"Type": "Pass", "End": true,
                  "Output": "{% $sum($states.input.Items.n) %}"}}}}}}
            """
        }
        try begin(flow(10))
        let redriven = try repair(flow(8))
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(redriven.out == "[28,92,70]\n")
        try begin(flow(8), "fresh")
        #expect(try files("old") == files("fresh"))
    }

    @Test func aMapWithAnotherLabelIsAnotherMapRun() throws {
        try begin(Self.flow())
        let flow = Self.flow(limit: 0)
            .replacingOccurrences(of: #""Label": "Rows""#, with: #""Label": "Lines""#)
        let plan = try repair(flow, "--dry-run")
        #expect(
            plan.lines == [
                "map run  kept  failed  invalidated  changed  new  vanished",
                "Rows        0       0            0        0    0        20",
                "Lines       0       0            0        0    ?         0",
            ])
    }

    @Test func aWorkflowThatIsWrongChangesNothing() throws {
        try begin(Self.flow())
        let refused = try repair(#"{"StartAt": "A", "States": {}}"#)
        #expect(refused.code == 2)
        #expect(refused.err.contains("nothing was started"))
        #expect(try workspace.maprun("status", "last").out.contains("SUCCEEDED"))
        for words in [["--keep", "unaffected"], ["--json"]] {
            #expect(try workspace.start(["redrive", "last"] + words).wait().code == 2)
        }
    }

    @Test func anInterruptedRunGoesOnWithTheRepairedWorkflow() throws {
        try workspace.write(Self.flow(), to: "flow.asl.json")
        let invocation = try workspace.start(
            ["run", "flow.asl.json", "--name", "old", "--max-concurrency", "2"])
        try invocation.until("six calls") { calls().count > 6 }
        invocation.signal(SIGKILL)
        _ = invocation.wait()
        let redriven = try repair(Self.flow(limit: 0))
        #expect(redriven.code == 0, "\(redriven.err)")
        try begin(Self.flow(limit: 0), "fresh")
        #expect(try files("old") == files("fresh"))
    }

    /// What is there when a process was killed between two steps of a redrive.
    @Test(arguments: ["ordered", "children", "whole"])
    func aRedriveThatWasKilledIsCompletedByAResume(_ moment: String) throws {
        try begin(Self.flow())
        let run = try workspace.run("old")
        let folders = ["journal", "maps/Rows"].map { workspace.path("\(run)/\($0)") }
        let before = try folders.map { try FileManager.default.contentsOfDirectory(atPath: $0) }
        let redriven = try repair(Self.flow(limit: 0))
        #expect(redriven.code == 0, "\(redriven.err)")
        let whole = try files("old")
        // The order is the first new segment of the execution, what it makes void the second.
        for (folder, old) in zip(folders, before) {
            let new = try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasSuffix(".journal") && !old.contains($0) }.sorted()
            let isMap = folder.hasSuffix("Rows")
            let kept =
                switch moment {
                case "ordered": isMap ? 0 : 1
                case "children": 1
                default: isMap ? 1 : 2
                }
            for name in new.dropFirst(kept) {
                try FileManager.default.removeItem(atPath: folder + "/" + name)
            }
            try? FileManager.default.removeItem(atPath: folder + "/checkpoint")
        }
        #expect(try workspace.maprun("status", "last").out.contains("INTERRUPTED"))
        let refused = try workspace.maprun("redrive", "last")
        #expect(refused.code == 2)
        let mark = calls().count
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        #expect(calls(after: mark).sorted() == (15..<20).map { "second \($0)" })
        #expect(try files("old") == whole)
    }
}
