import Foundation
import Testing

/// Runs whose items call a function that writes down every call.
@Suite(.serialized) struct HandlerTests {
    let workspace: Workspace
    let gate: Gate
    static let items = 400

    init() throws {
        workspace = try Workspace()
        gate = try Gate(workspace)
        let lines = (0..<Self.items).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        try workspace.write(Flows.calls(key: "items.jsonl"), to: "calls.asl.json")
        try workspace.write(
            """
            import os

            def work(event, context):
                with open(os.environ["CALLS"], "a") as calls:
                    calls.write("%d\\n" % event["n"])
                print("working on", event["n"])
                with open("gate", "rb", buffering=0) as gate:
                    gate.read(1)
                return {"square": event["n"] ** 2}
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

    private func calls() -> [Int: Int] {
        let lines = ((try? workspace.read("calls.log")) ?? "").split(separator: "\n")
        return Dictionary(lines.compactMap { Int($0) }.map { ($0, 1) }, uniquingKeysWith: +)
    }

    private func finished(_ run: String) throws -> [Int] {
        try workspace.read("\(run)/maps/Rows/results.jsonl").split(separator: "\n").indices
            .enumerated().map(\.offset)
    }

    @Test func finishedItemsAreNotCalledAgainAfterAKill() throws {
        let first = try workspace.start(["run", "calls.asl.json", "--name", "calls"])
        gate.release(60)
        try first.until("60 items that are written down") {
            try workspace.maprun("status", "last", "--json").out.contains(#""succeeded":60,"#)
        }
        gate.release(40)
        try first.until("100 calls") { calls().count > 100 }
        first.signal(SIGKILL)
        #expect(first.wait().code == 128 + SIGKILL)
        gate.release(2 * Self.items)
        let run = try workspace.run("calls")
        let kept = try finished(run)
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        let made = calls()
        #expect(made.count == Self.items)
        #expect(kept.allSatisfy { made[$0] == 1 })
        #expect(made.values.allSatisfy { $0 <= 2 })
        // What counts is what was in flight: at most MaxConcurrency, and flushes in groups.
        #expect(made.values.count { $0 == 2 } <= 4 + 40)
        let results = try workspace.maprun("results", "last").lines
        #expect(results.count == Self.items)
        for (index, line) in results.enumerated() {
            let output = #"{"square":\#(index * index)}"#
            #expect(line == #"{"index":\#(index),"status":"SUCCEEDED","output":\#(output)}"#)
        }
    }

    @Test func oneCtrlCLetsCallsFinishAndNothingIsCalledTwice() throws {
        let first = try workspace.start(["run", "calls.asl.json", "--name", "rest"])
        gate.release(50)
        try first.until("50 calls") { calls().count > 50 }
        first.signal(SIGINT)
        try first.until("an answer to the signal") { first.said.contains("press Ctrl-C again") }
        gate.release(2 * Self.items)
        #expect(first.wait().code == 130)
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(calls() == Dictionary(uniqueKeysWithValues: (0..<Self.items).map { ($0, 1) }))
    }

    @Test func whatAnItemPrintsIsShownWithIt() throws {
        gate.release(Self.items)
        #expect(try workspace.maprun("run", "calls.asl.json").code == 0)
        let shown = try workspace.maprun("show", "last", "7", "--json")
        #expect(shown.code == 0)
        #expect(shown.out.contains(#""output":{"square":49}"#))
        #expect(shown.out.contains("working on 7"), "\(shown.out)")
    }
}
