import Foundation
import JSON
import Testing

/// Redrives of runs whose items have Map Runs of their own.
@Suite(.serialized) struct NestedRedriveTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            import os

            def note(name, what):
                log = os.open("calls.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
                os.write(log, ("%s %s\\n" % (name, what)).encode())
                os.close(log)

            def inner(event, context):
                note("inner", "%d.%d" % (event["o"], event["i"]))
                if event["i"] == 1 and event["o"] < 2 and not os.path.exists("mended"):
                    raise ValueError("inner")
                return event["i"] + event.get("kind", 0) + event.get("more", 0)

            def after(event, context):
                note("after", event["o"])
                if event["o"] == 2 and not os.path.exists("mended"):
                    raise ValueError("after")
                return event
            """, to: "work.py")
        try workspace.write(
            """
            functions:
              inner: {handler: work.inner, concurrency: 1}
              after: {handler: work.after, concurrency: 1}
            """, to: "maprun.yaml")
    }

    /// Items 0, 1 and 2, each with a Map of three: of item 0 one of those fails and is tolerated, item 1
    /// fails of that, item 2 behind its Map.
    static func flow(kind: Int = 0, after: String = "after") -> String {
        let function = "arn:aws:lambda:us-east-1:123456789012:function"
        return """
            {"QueryLanguage": "JSONata", "StartAt": "Outer", "States": {"Outer": {
              "Type": "Map", "Label": "Outer", "End": true, "ToleratedFailurePercentage": 100,
              "Items": "{% [0,1,2].{'o': $} %}",
              "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Inner", "States": {
                  "Inner": {"Type": "Map", "Label": "Inner", "Next": "After", "MaxConcurrency": 1,
                    "ToleratedFailureCount": "{% $states.input.o = 1 ? 0 : 5 %}",
                    "Items": "{% [0,1,2].{'i': $} %}",
                    "ItemSelector": "{% $merge([$states.input, $states.context.Map.Item.Value]) %}",
                    "ItemProcessor": {
                      "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                      "StartAt": "Kind", "States": {
                        "Kind": {"Type": "Pass", "Next": "Work",
                          "Output": "{% $merge([$states.input, {'kind': \(kind)}]) %}"},
                        "Work": {"Type": "Task", "End": true, "Resource": "\(function):inner"}}},
                    "Output": "{% $merge([$states.input, {'results': $states.result}]) %}"},
                  "After": {"Type": "Task", "End": true, "Resource": "\(function):\(after)"}}}}}}
            """
    }

    private func begin() throws {
        try workspace.write(Self.flow(), to: "flow.asl.json")
        let ran = try workspace.maprun("run", "flow.asl.json", "--name", "old", "-q")
        #expect(ran.out == "[{\"o\":0,\"results\":[0,2]}]\n", "\(ran.err)")
        try workspace.write("", to: "calls.log")
        try workspace.write("", to: "mended")
    }

    private func calls() throws -> [String] {
        try workspace.read("calls.log").split(separator: "\n").map(String.init).sorted()
    }

    /// The plan's counts: kept, failed, invalidated, changed, new, vanished.
    private func plan(_ more: String...) throws -> [String: [String]] {
        let told = try workspace.start(["redrive", "last", "--dry-run"] + more).wait()
        #expect(told.code == 0, "\(told.err)")
        var rows: [String: [String]] = [:]
        for line in told.lines.dropFirst() {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 7, !line.contains(":") { rows[words[0]] = Array(words.dropFirst()) }
        }
        return rows
    }

    private func name(_ item: Int) -> String { "Inner~\(item)~~0" }

    /// The name of the folder, which is also that in JSON.
    private func folder(_ item: Int) -> String { "Inner%7E\(item)%7E%7E0" }

    @Test func mapRunsToWhichNobodyComesBackStay() throws {
        try begin()
        let run = try workspace.run("old")
        let failures = try workspace.read("\(run)/maps/\(folder(0))/failures.jsonl")
        #expect(
            try plan() == [
                name(0): ["3", "0", "0", "0", "0", "0"], name(1): ["1", "1", "0", "0", "?", "0"],
                name(2): ["3", "0", "0", "0", "0", "0"], "Outer": ["1", "2", "0", "0", "0", "0"],
            ])
        let redriven = try workspace.maprun("redrive", "last")
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(try calls() == ["after 1", "after 2", "inner 1.1", "inner 1.2"])
        #expect(try workspace.read("\(run)/maps/\(folder(0))/failures.jsonl") == failures)
        let status = try workspace.maprun("status", "last").out
        #expect(status.contains("\(name(0)): SUCCEEDED"), "\(status)")
        #expect(!status.contains("to redrive"), "\(status)")
    }

    @Test func theStatusTellsOfMapRunsOfItemsAsOfOthers() throws {
        func maps() throws -> [String: Value] {
            let status = try Value.parse(try workspace.maprun("status", "last", "--json").out)
            let all = status["mapRuns"]?.array?.elements ?? []
            return Dictionary(uniqueKeysWithValues: all.map { ($0["name"]?.string ?? "", $0) })
        }
        try begin()
        let before = try maps()
        let id = try workspace.id("old")
        for (item, status) in ["SUCCEEDED", "FAILED", "SUCCEEDED"].enumerated() {
            let map = try #require(before[folder(item)])
            let child = try #require(map["executionArn"]?.string)
            #expect(child.hasPrefix("arn:aws:states:us-east-1:000000000000:execution:old/Outer:"))
            #expect(map["status"]?.string == status)
            #expect(map["redriveDate"] == nil)
            let outer = before["Outer"]
            #expect(
                outer?["executionArn"]?.string
                    == "arn:aws:states:us-east-1:000000000000:execution:old:\(id)")
            let dates = [
                outer?["startDate"], map["startDate"], map["stopDate"], outer?["stopDate"],
            ].map { $0?.string ?? "" }
            #expect(!dates.contains("") && dates == dates.sorted())
        }
        #expect(Set(before.values.map { $0["executionArn"]?.string }).count == 4)
        #expect(try workspace.maprun("redrive", "last").code == 0)
        let after = try maps()
        #expect(after[folder(0)] == before[folder(0)])
        #expect(after[folder(2)] == before[folder(2)])
        let redriven = try #require(after[folder(1)])
        #expect(redriven["status"] == "SUCCEEDED")
        #expect(redriven["redriveCount"] == 1)
        #expect(redriven["redriveDate"] == after["Outer"]?["redriveDate"])
        let dates = [
            before[folder(1)]?["stopDate"], redriven["redriveDate"], redriven["stopDate"],
        ].map { $0?.string ?? "" }
        #expect(!dates.contains("") && dates == dates.sorted())
    }

    @Test func aRepairedWorkflowKeepsSuccesses() throws {
        try begin()
        try workspace.write(Self.flow(kind: 10), to: "fixed.asl.json")
        let redriven = try workspace.maprun("redrive", "last", "--with", "fixed.asl.json")
        #expect(redriven.code == 0, "\(redriven.err)")
        let remark = ": 1 kept items may have gone through 'Kind', now changed"
        #expect(redriven.err.contains(name(1) + remark), "\(redriven.err)")
        // Nobody comes back to the others, so nothing is to be said of them.
        #expect(!redriven.err.contains(name(0) + ":") && !redriven.err.contains(name(2) + ":"))
        #expect(try calls() == ["after 1", "after 2", "inner 1.1", "inner 1.2"])
        #expect(redriven.out.contains(#"{"o":1,"results":[0,11,12]}"#), "\(redriven.out)")
    }

    @Test func whatWentThroughChangedStatesRunsAgainWithAllOfItsMapRuns() throws {
        try begin()
        try workspace.write(Self.flow(kind: 10), to: "fixed.asl.json")
        let more = ["--with", "fixed.asl.json", "--keep", "unaffected"]
        #expect(
            try plan("--with", "fixed.asl.json", "--keep", "unaffected") == [
                name(0): ["0", "1", "2", "0", "0", "0"], name(1): ["0", "1", "1", "0", "?", "0"],
                name(2): ["0", "0", "3", "0", "0", "0"], "Outer": ["0", "2", "1", "0", "0", "0"],
            ])
        let redriven = try workspace.start(["redrive", "last"] + more).wait()
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(redriven.err.contains("starts again from the beginning, as its item does"))
        let fresh = try workspace.maprun("run", "fixed.asl.json", "--name", "fresh", "-q")
        #expect(redriven.out == fresh.out)
        for map in [folder(0), folder(1), folder(2), "Outer"] {
            let (old, new) = (try workspace.run("old"), try workspace.run("fresh"))
            let file = "maps/\(map)/results.jsonl"
            #expect(try workspace.read("\(old)/\(file)") == workspace.read("\(new)/\(file)"))
        }
    }

    @Test func aChangeBehindAMapRunLeavesItWhereItsItemHasPassedIt() throws {
        try begin()
        try workspace.write(
            Self.flow().replacing(#""After": {"#, with: #""After": {"TimeoutSeconds": 60, "#),
            to: "fixed.asl.json")
        let redriven = try workspace.maprun(
            "redrive", "last", "--with", "fixed.asl.json", "--keep", "unaffected")
        #expect(redriven.code == 0, "\(redriven.err)")
        // Item 0 went through the changed state: it starts again, with its Map Run.
        #expect(
            try calls() == [
                "after 0", "after 1", "after 2", "inner 0.0", "inner 0.1", "inner 0.2",
                "inner 1.0", "inner 1.1", "inner 1.2",
            ])
    }

    @Test func anEditedItemStartsAgainWithItsMapRuns() throws {
        try begin()
        let lines = try workspace.maprun("failures", "last", "--map", "Outer", "--json").lines
        let edited = try #require(lines.first { $0.contains(#""index":2"#) })
            .replacing(#""input":{"o":2"#, with: #""input":{"more":100,"o":2"#)
        try workspace.write(edited + "\n", to: "m.jsonl")
        let redriven = try workspace.maprun(
            "redrive", "last", "--items", "m.jsonl", "--map", "Outer")
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(redriven.out.contains("[100,101,102]"), "\(redriven.out)")
        #expect(try calls() == ["after 2", "inner 2.0", "inner 2.1", "inner 2.2"])
    }

    @Test func aMapInALoopHasMapRunsOfItsOwnEachTime() throws {
        try workspace.write("", to: "mended")
        try workspace.write(
            Self.flow()
                .replacing(
                    #""StartAt": "Outer", "States": {"Outer": {"#,
                    with: """
                        "StartAt": "Outer", "States": {
                          "Again": {"Type": "Choice", "Default": "Done", "Choices": [
                            {"Condition": "{% $states.input.n < 2 %}", "Next": "Outer"}]},
                          "Done": {"Type": "Succeed"}, "Outer": {
                          "Output": "{% {'n': $states.input.n + 1, 'r': $states.result.results} %}",
                        """
                )
                .replacing(#""Label": "Outer", "End": true"#, with: #""Next": "Again""#)
                .replacing("[0,1,2].{'o': $}", with: "[{'o': 2, 'more': $states.input.n}]"),
            to: "loop.asl.json")
        let ran = try workspace.maprun("run", "loop.asl.json", "-q", "--input", #"{"n": 0}"#)
        #expect(ran.out == "{\"n\":2,\"r\":[1,2,3]}\n", "\(ran.err)")
        #expect(try calls().filter { $0.hasPrefix("inner") }.count == 6)
    }
}
