import Foundation
import Testing

/// `--rate`, with rates so low or high that no test depends on the time.
@Suite struct RateTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let lines = (0..<12).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        try workspace.write(
            Flows.calls(key: "items.jsonl", concurrency: 4), to: "calls.asl.json")
        try workspace.write(
            """
            import os

            def work(event, context):
                log = os.open("calls.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
                os.write(log, b"%d\\n" % event["n"])
                os.close(log)
                return event["n"]
            """, to: "work.py")
        try workspace.write("functions:\n  work: {handler: work.work}\n", to: "maprun.yaml")
    }

    private var calls: [String] {
        ((try? workspace.read("calls.log")) ?? "").split(separator: "\n").map(String.init)
    }

    private func status(_ flags: String...) throws -> String {
        try workspace.start(["status", "last"] + flags).wait().out
    }

    private func startHeldBack(_ arguments: [String], calls count: Int) throws -> Invocation {
        let run = try workspace.start(arguments)
        try run.until("a call, and four that wait") {
            try calls.count == count && status().contains("at most 1/h, 4 waiting")
        }
        return run
    }

    @Test func aRateHoldsCallsBackUntilItIsLifted() throws {
        let run = try startHeldBack(
            ["run", "calls.asl.json", "--name", "x", "--rate", "1/h"], calls: 1)
        #expect(try status("--json").contains(#""calls":{"rate":"1/h","waiting":4}"#))
        let set = try workspace.maprun("set", "last", "--rate", "none")
        #expect(set.code == 0)
        #expect(set.err.hasPrefix("changed; process "), "\(set.err)")
        #expect(run.wait().code == 0)
        #expect(calls.count == 12)
        let late = try workspace.maprun("set", "last", "--rate", "5/s")
        #expect(late.code == 2)
        #expect(late.err.contains("has ended: SUCCEEDED"), "\(late.err)")
    }

    @Test func aResumeKeepsTheRateOrTakesAnother() throws {
        let first = try startHeldBack(
            ["run", "calls.asl.json", "--name", "x", "--rate", "1/h"], calls: 1)
        first.signal(SIGKILL)
        _ = first.wait()
        let second = try startHeldBack(["resume", "last"], calls: 2)
        #expect(try workspace.maprun("set", "last", "--rate", "2/h").code == 0)
        second.signal(SIGKILL)
        _ = second.wait()
        let third = try workspace.start(["resume", "last"])
        try third.until("the rate that was set") {
            try status().contains("at most 2/h, 4 waiting")
        }
        third.signal(SIGKILL)
        _ = third.wait()
        let set = try workspace.maprun("set", "last", "--rate", "1/m")
        #expect(set.code == 0)
        #expect(set.lastError == "maprun resume \(try workspace.id("x"))")
        let last = try workspace.maprun("resume", "last", "--rate", "1000/s")
        #expect(last.code == 0, "\(last.err)")
        #expect(Set(calls).count == 12)
    }

    @Test func callsTakeAsLongAsTheRateSays() throws {
        let start = Date()
        let run = try workspace.maprun("run", "calls.asl.json", "--rate", "20/s")
        #expect(run.code == 0)
        #expect(Date().timeIntervalSince(start) >= 11.0 / 20)
        #expect(calls.count == 12)
    }

    @Test func anAdaptiveRunBeginsWithFewAndTellsHowMany() throws {
        try workspace.write(
            Flows.calls(key: "items.jsonl", concurrency: 1000), to: "calls.asl.json")
        let gate = try Gate(workspace)
        let run = try workspace.start(["run", "calls.asl.json", "--adaptive"])
        try run.until("a status that tells it") {
            try status("--json").contains(#""adaptiveConcurrency":"#)
        }
        #expect(try status().contains(" concurrency 1,000, adapted to "))
        gate.release(12)
        #expect(run.wait().code == 0)
        #expect(try workspace.maprun("results", "last").lines.count == 12)
    }

    @Test func whatIsNoRateIsRefused() throws {
        let run = try workspace.maprun("run", "calls.asl.json", "--rate", "50")
        #expect(run.code != 0)
        #expect(run.err.contains("50/s|10/m|5/h"), "\(run.err)")
        #expect(calls.isEmpty)
    }
}
