import Foundation
import Testing

/// Items that end their worker, or maprun itself, and are set aside for it.
@Suite struct QuarantineTests {
    let workspace: Workspace
    static let files = ["results.jsonl", "failures.jsonl", "failures.csv"]

    init() throws {
        workspace = try Workspace()
        let lines = (0..<20).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        // Logs every call; odd items are told by what is in the files kill, exit and hang.
        try workspace.write(
            """
            import os, signal, time

            def told(name):
                try:
                    return [int(n) for n in open(name).read().split()]
                except FileNotFoundError:
                    return []

            def work(event, context):
                n = event["n"]
                with open("calls.log", "a") as calls:
                    calls.write("%d\\n" % n)
                if n in told("kill"):
                    os.kill(os.getppid(), signal.SIGKILL)
                    signal.pause()
                if n in told("exit"):
                    os._exit(3)
                if n in told("hang"):
                    signal.pause()
                return n
            """, to: "work.py")
        try workspace.write(
            "functions:\n  work: {handler: work.work, concurrency: 4, timeout: 1, grace: 0}\n",
            to: "maprun.yaml")
    }

    private func write(concurrency: Int = 4, type: String = "STANDARD", retries: Int = 0) throws {
        let flow = Flows.calls(key: "items.jsonl", concurrency: concurrency, type: type)
            .replacingOccurrences(
                of: #""MaxConcurrency""#,
                with: #""ToleratedFailurePercentage": 100, "MaxConcurrency""#
            )
            .replacingOccurrences(
                of: #""Type": "Task","#,
                with: #""Type": "Task", "Retry": [{"ErrorEquals": ["States.ALL"], "#
                    + #""MaxAttempts": \#(retries), "IntervalSeconds": 1, "MaxDelaySeconds": 1}],"#)
        try workspace.write(flow, to: "flow.asl.json")
    }

    private func results(_ run: String) throws -> [Data] {
        try Self.files.map { try workspace.data("\(workspace.run(run))/maps/Rows/\($0)") }
    }

    /// Runs, and resumes as long as maprun is killed; tells how often it was.
    private func persevere(_ arguments: [String]) throws -> (killed: Int, last: Finished) {
        var finished = try workspace.start(arguments).wait()
        var killed = 0
        while finished.code == 128 + SIGKILL, killed < 10 {
            killed += 1
            finished = try workspace.maprun("resume", "last")
        }
        return (killed, finished)
    }

    private var calls: [Int: Int] {
        let log = (try? workspace.read("calls.log")) ?? ""
        return log.split(separator: "\n").reduce(into: [:]) { $0[Int($1) ?? -1, default: 0] += 1 }
    }

    @Test(arguments: ["STANDARD", "EXPRESS"])
    func anItemThatKillsMaprunIsSetAsideAndTheRestFinishes(_ type: String) throws {
        try workspace.write("7", to: "kill")
        for concurrency in [1, 4] {
            try write(concurrency: concurrency, type: type)
            let name = "many-\(concurrency)"
            let (killed, last) = try persevere([
                "run", "flow.asl.json", "--quarantine-after", "3", "--name", name,
            ])
            #expect(killed == 3)
            #expect(last.code == 0, "\(last.err)")
            #expect(last.err.contains("1 item is set aside"), "\(last.err)")
        }
        #expect(try results("many-1") == results("many-4"))
        let failures = try workspace.maprun("failures", "last", "--json").lines
        #expect(failures.count == 1)
        #expect(failures.first?.hasPrefix(#"{"index":7,"status":"FAILED","input":{"n":7}"#) == true)
        #expect(failures.first?.contains(#""error":"Maprun.Quarantined""#) == true)
        #expect(failures.first?.contains("was in flight at least 3 times when maprun died") == true)
        let status = try workspace.maprun("status", "last", "--json")
        #expect(status.out.contains(#""succeeded":19,"failed":1"#), "\(status.out)")
        let listed = try workspace.maprun("quarantine", "last", "--json")
        #expect(
            listed.out.hasPrefix(
                #"{"map":"Rows","index":7,"status":"SET_ASIDE","exits":0,"timeouts":0,"crashes":3"#),
            "\(listed.out)")
    }

    @Test func withOneDeathToSetAsideNoneOfTheInnocentIs() throws {
        try workspace.write("7", to: "kill")
        try write(concurrency: 8)
        let (killed, last) = try persevere(["run", "flow.asl.json", "--quarantine-after", "1"])
        #expect(killed <= 2)
        #expect(last.code == 0, "\(last.err)")
        #expect(try workspace.maprun("quarantine", "last", "--json").lines.count == 1)
    }

    /// Deaths of maprun while an item is in flight that are others' doing leave no trace in what is
    /// said of it.
    @Test func whatIsSaidOfAnItemDependsOnItAlone() throws {
        try workspace.write("7", to: "kill")
        try workspace.write("3", to: "exit")
        var failures: [String] = []
        for concurrency in [1, 8] {
            try write(concurrency: concurrency, retries: 4)
            let (_, last) = try persevere([
                "run", "flow.asl.json", "--quarantine-after", "2", "--name", "c\(concurrency)",
            ])
            #expect(last.code == 0, "\(last.err)")
            failures.append(
                try workspace.read("\(workspace.run("c\(concurrency)"))/maps/Rows/failures.jsonl"))
        }
        #expect(failures[0] == failures[1])
        #expect(failures[0].contains("the item ended its worker twice and is set aside"))
    }

    @Test func withoutTheFlagNothingIsSetAside() throws {
        try workspace.write("7", to: "exit")
        try write(retries: 4)
        #expect(try workspace.maprun("run", "flow.asl.json").code == 0)
        #expect(calls[7] == 5)
        #expect(
            try workspace.maprun("failures", "last", "--json").out.contains("Runtime.ExitError"))
        let listed = try workspace.maprun("quarantine", "last")
        #expect(listed.out.isEmpty)
        #expect(listed.err == "no item is set aside\n")
    }

    @Test(arguments: [("exit", "ended its worker 3 times"), ("hang", "timed out 3 times")])
    func strikesAddUpOverRetriesAndRedrives(_ way: String, _ says: String) throws {
        try workspace.write("3", to: way)
        try write(retries: 1)
        #expect(
            try workspace.maprun("run", "flow.asl.json", "--quarantine-after", "3").code == 0)
        #expect(calls[3] == 2)
        #expect(try workspace.maprun("quarantine", "last").out.isEmpty)
        let redriven = try workspace.maprun("redrive", "last")
        #expect(redriven.err.contains("1 item is set aside"), "\(redriven.err)")
        // Not a fourth time, though the state would have it tried once more.
        #expect(calls[3] == 3)
        let failures = try workspace.maprun("failures", "last", "--json").out
        #expect(failures.contains(says), "\(failures)")
        let again = try workspace.maprun("redrive", "last")
        #expect(again.err.contains("no item runs again"), "\(again.err)")
        #expect(calls[3] == 3)
    }

    @Test func aReleasedItemRunsAgainWithNothingHeldAgainstIt() throws {
        try workspace.write("3 5", to: "exit")
        try write(retries: 5)
        #expect(
            try workspace.maprun("run", "flow.asl.json", "--quarantine-after", "2").code == 0)
        let unknown = try workspace.maprun("quarantine", "last", "--release", "4")
        #expect(unknown.code == 2)
        #expect(unknown.err.contains("not set aside: item 4"), "\(unknown.err)")
        let released = try workspace.maprun("quarantine", "last", "--release", "3")
        #expect(released.code == 0)
        #expect(released.lastError == "maprun redrive \(try workspace.id("flow"))")
        #expect(try workspace.maprun("quarantine", "last").out.contains("RELEASED"))
        try workspace.write("", to: "exit")
        let redriven = try workspace.maprun("redrive", "last")
        #expect(redriven.code == 0, "\(redriven.err)")
        #expect(calls[3] == 3)
        #expect(calls[5] == 2)
        let listed = try workspace.maprun("quarantine", "last", "--json").lines
        #expect(listed.count == 1 && listed[0].contains(#""index":5"#), "\(listed)")
        // All of them, and taken up by resume.
        #expect(try workspace.maprun("quarantine", "last", "--release", "--all").code == 0)
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(try workspace.maprun("failures", "last").out.isEmpty)
        #expect(try workspace.maprun("quarantine", "last").out.isEmpty)
    }

    @Test func setAsideItemsCountForTheTolerance() throws {
        try workspace.write("3", to: "exit")
        let flow = Flows.calls(key: "items.jsonl")
        try workspace.write(flow, to: "flow.asl.json")
        let ran = try workspace.maprun(
            "run", "flow.asl.json", "--quarantine-after", "1", "--output", "json")
        #expect(ran.code == 1)
        #expect(ran.out.contains("States.ExceedToleratedFailureThreshold"), "\(ran.out)")
    }

    @Test(arguments: [
        (["run", "flow.asl.json", "--quarantine-after", "-1"], "--quarantine-after"),
        (["run", "flow.asl.json", "--quarantine-after", "2", "--journal", "off"], "journal"),
        (["quarantine", "last", "3"], "items and --all go with --release"),
        (["quarantine", "last", "--release"], "say what to release"),
    ])
    func wrongFlagsAreRefused(_ arguments: [String], _ says: String) throws {
        try write()
        let refused = try workspace.start(arguments).wait()
        #expect(refused.code == 2)
        #expect(refused.err.contains(says), "\(refused.err)")
    }
}
