import Foundation
import Synchronization
import Testing

/// Other processes read a run at any time: they get whole lines, and nothing is an error.
@Suite struct ReaderTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    /// What one process reads, again and again, and what is wrong with what it got.
    private static func read(_ round: Int, _ workspace: Workspace) throws -> String? {
        let last = [
            ["status", "last", "--json"], ["results", "last"], ["failures", "last", "--json"],
            ["show", "last", "\(round % 5000)", "--json"], ["failures", "last", "--to-csv"],
            ["show", "last", "--json"], ["list", "--json"],
            ["failures", "last", "--group-by", "error", "--json"],
        ]
        let command = last[round % last.count]
        let read = try workspace.start(command).wait()
        // An item that has not been started is not known.
        let isUnknown = command[0] == "show" && read.code == 2
        guard read.code == 0 || isUnknown else { return "\(command): \(read.code) \(read.err)" }
        guard read.out.isEmpty || read.out.hasSuffix("\n") else { return "\(command): torn" }
        if command.contains("--to-csv") {
            let rows = read.lines.dropFirst()
            let isWhole = rows.filter { $0.hasPrefix("end\",Bad,") }.count * 2 == rows.count
            return isWhole ? nil : "\(command): a torn row"
        }
        return wrong(read.lines).map { "\(command): \($0)" }
    }

    private static func wrong(_ lines: [String]) -> String? {
        var last = -1
        for line in lines {
            guard
                let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
                    as? [String: Any]
            else { return "no JSON: \(line)" }
            guard let index = object["index"] as? Int, lines.count > 1 else { continue }
            guard index > last else { return "item \(index) after \(last)" }
            last = index
        }
        return nil
    }

    /// Reads from four threads until the process has ended.
    private func readWhile(_ run: Invocation) throws -> Finished {
        let isOver = Atomic(false)
        let problems = Mutex([String]())
        let reads = Atomic(0)
        let group = DispatchGroup()
        for reader in 0..<4 {
            group.enter()
            let workspace = workspace
            Thread.detachNewThread {
                var round = reader * 3
                while !isOver.load(ordering: .relaxed) {
                    do {
                        let problem = try Self.read(round, workspace)
                        if let problem { problems.withLock { $0.append(problem) } }
                    } catch {
                        problems.withLock { $0.append("\(error)") }
                    }
                    reads.add(1, ordering: .relaxed)
                    round += 1
                }
                group.leave()
            }
        }
        let finished = run.wait()
        isOver.store(true, ordering: .relaxed)
        group.wait()
        #expect(problems.withLock { $0 } == [])
        #expect(reads.load(ordering: .relaxed) >= 4)
        return finished
    }

    @Test func readersNeverSeeATornLine() throws {
        // Every third row fails, with a line break in a field that failures.csv quotes.
        let rows = (0..<5000).map { "\($0),\($0 % 3),\"a \"\"quoted\"\"\nend\"" }
        try workspace.write(
            "n,kind,text\n" + rows.joined(separator: "\n") + "\n", to: "data/rows.csv")
        try workspace.write(Self.flow, to: "rows.asl.json")
        var run = try workspace.start(["run", "rows.asl.json", "--name", "rows"])
        try run.until("a run") { (try? workspace.run("rows")) != nil }
        #expect(try readWhile(run).code == 0)
        run = try workspace.start(["redrive", "last"])
        #expect(try readWhile(run).code == 0)
        let lines = try workspace.maprun("results", "last").lines
        #expect(lines.count == 5000)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: workspace.path(workspace.run("rows") + "/maps/Rows"))
        #expect(names.filter { $0.hasSuffix(".new") } == [])
    }

    private static let flow = """
        {"StartAt": "Rows", "States": {"Rows": {
          "Type": "Map", "Label": "Rows", "ToleratedFailurePercentage": 100, "End": true,
          "MaxConcurrency": 500, "ResultPath": null,
          "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "Parameters": {"Bucket": "data", "Key": "rows.csv"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Wait", "States": {
              "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Check"},
              "Check": {"Type": "Choice", "Default": "Good", "Choices": [
                {"Variable": "$.kind", "StringEquals": "0", "Next": "Bad"}]},
              "Good": {"Type": "Pass", "End": true},
              "Bad": {"Type": "Fail", "Error": "Bad", "Cause": "kind 0"}}}}}}
        """

    @Test func oldResultsStayUntilARedriveIsComplete() throws {
        let items = (0..<12).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(items + "\n", to: "data/items.jsonl")
        let flow = Flows.calls(key: "items.jsonl", concurrency: 2).replacingOccurrences(
            of: #""Label""#, with: #""ToleratedFailurePercentage": 100, "Label""#)
        try workspace.write(flow, to: "calls.asl.json")
        let gate = try Gate(
            workspace, fails: #"event["n"] % 4 == 0 and not os.path.exists("mended")"#)
        gate.release(9)
        #expect(try workspace.maprun("run", "calls.asl.json", "--name", "x").code == 0)
        let old = try workspace.maprun("results", "last").lines
        #expect(old.filter { $0.contains("FAILED") }.count == 3)
        try workspace.write("", to: "mended")
        for command in ["redrive", "resume"] {
            let calls = gate.calls.count
            let redrive = try workspace.start([command, "last"])
            try redrive.until("calls") { gate.calls.count == calls + 2 }
            #expect(try workspace.maprun("results", "last").lines == old)
            #expect(try workspace.maprun("failures", "last", "--json").lines.count == 3)
            redrive.signal(SIGKILL)
            _ = redrive.wait()
            #expect(try workspace.maprun("results", "last").lines == old)
        }
        let last = try workspace.start(["resume", "last"])
        gate.release(20)
        #expect(last.wait().code == 0)
        let new = try workspace.maprun("results", "last").lines
        #expect(new == (0..<12).map { #"{"index":\#($0),"status":"SUCCEEDED","output":\#($0)}"# })
        #expect(try workspace.maprun("failures", "last", "--json").lines.isEmpty)
    }

    /// Lines behind a gap, which an interruption leaves, stay until the resumed run has as many.
    @Test func resultsOfAnInterruptedRunDoNotShrink() throws {
        let items = (0..<12).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(items + "\n", to: "data/items.jsonl")
        try workspace.write(Flows.calls(key: "items.jsonl", concurrency: 2), to: "calls.asl.json")
        // Item 0 waits for ever, the others do not.
        let gate = try Gate(workspace)
        let source = try workspace.read("work.py").replacingOccurrences(
            of: "    gate = ",
            with: "    if event[\"n\"] > 0:\n        return event[\"n\"]\n    gate = ")
        try workspace.write(source, to: "work.py")
        let run = try workspace.start(["run", "calls.asl.json", "--name", "x"])
        try run.until("all but one") {
            try workspace.maprun("status", "last", "--json").out.contains(#""succeeded":11"#)
        }
        #expect(try workspace.maprun("stop", "last").code == 0)
        _ = run.wait()
        let stopped = try workspace.maprun("results", "last").lines
        #expect(stopped.count == 12)
        let calls = gate.calls.count
        let redrive = try workspace.start(["redrive", "last"])
        try redrive.until("the call") { gate.calls.count == calls + 1 }
        #expect(try workspace.maprun("results", "last").lines == stopped)
        gate.release(1)
        #expect(redrive.wait().code == 0)
        #expect(try workspace.maprun("results", "last").lines.count == 12)
    }
}
