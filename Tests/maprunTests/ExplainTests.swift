import Foundation
import JSON
import Testing

/// Why items ran, were kept, or run again.
@Suite(.serialized) struct ExplainTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            import os

            def work(event, context):
                if event["v"] == "bad" and not os.path.exists("mended"):
                    raise ValueError(event["id"])
                return {"id": event["id"]}
            """, to: "work.py")
        try workspace.write("functions:\n  work: {handler: work.work}\n", to: "maprun.yaml")
        try workspace.write(
            Flows.calls(key: "items.jsonl").replacingOccurrences(
                of: #""MaxConcurrency""#,
                with: #""ToleratedFailurePercentage": 100, "MaxConcurrency""#),
            to: "flow.asl.json")
        try write(rows)
        let ran = try workspace.maprun("run", "flow.asl.json", "--name", "old", "--key", "id")
        #expect(ran.code == 0, "\(ran.err)")
    }

    private let rows = (0..<20).map { ("r\($0)", $0 == 4 ? "bad" : "a") }

    private func write(_ rows: [(String, String)]) throws {
        try workspace.write(
            rows.map { #"{"id":"\#($0.0)","v":"\#($0.1)"}"# + "\n" }.joined(),
            to: "data/items.jsonl")
    }

    private func explain(_ item: String) throws -> Value {
        let told = try workspace.maprun("explain", "last", item, "--json")
        #expect(told.code == 0, "\(told.err)")
        return try Value.parse(told.out)
    }

    private func explained(_ item: String) throws -> String {
        let story = try explain(item)
        return "\(story["verdict"]?.string ?? ""): \(story["reason"]?.string ?? "")"
            .replacing(/at 2\d{3}-[0-9T:.-]+Z/, with: "at T")
            .replacing(/of 2\d{3}-[0-9T:.-]+Z/, with: "of T")
    }

    @Test func itemsAreFoundByIndexAndKey() throws {
        #expect(try explained("17") == "kept: it succeeded at T, its row is unchanged")
        #expect(try explain("r17") == explain("17"))
        #expect(try explain("17")["key"] == "r17")
        #expect(
            try explained("r4")
                == "kept as failed: it failed with ValueError in state 'Work' at T; "
                + "maprun redrive runs it again, from state 'Work' on")
        let lines = try workspace.maprun("explain", "last", "r17").lines
        #expect(lines[0].hasPrefix("item 17 ('r17') of Rows: kept: it succeeded at"))
        #expect(lines.count == 3)
        for unknown in ["99", "nobody"] {
            let told = try workspace.maprun("explain", "last", unknown)
            #expect(told.code == 2)
            #expect(told.err.contains("there is no item"), "\(told.err)")
        }
    }

    @Test func aRedriveIsTold() throws {
        try workspace.write("", to: "mended")
        #expect(try workspace.maprun("redrive", "last").code == 0)
        #expect(
            try explained("4")
                == "kept: it succeeded at T in the redrive of T, its row is unchanged")
        let history = try #require(try explain("4")["history"]?.array?.elements)
        #expect(
            history.map { $0["what"]?.string } == [
                "started", "failed with ValueError in state 'Work', made void since",
                "run redriven", "started", "succeeded",
            ])
        #expect(try explained("3") == "kept: it succeeded at T, its row is unchanged")
    }

    @Test func aRedriveThatWasInterruptedIsTold() throws {
        let run = try workspace.run("old")
        let folder = workspace.path(run + "/journal")
        let before = try FileManager.default.contentsOfDirectory(atPath: folder).count
        #expect(try workspace.maprun("redrive", "last").code == 0)
        // As if the process had been killed before it had run anything.
        for map in ["000003.journal", "checkpoint"] {
            try? FileManager.default.removeItem(atPath: workspace.path("\(run)/maps/Rows/\(map)"))
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .dropFirst(before + 2)
        {
            try FileManager.default.removeItem(atPath: folder + "/" + name)
        }
        #expect(
            try explained("4")
                == "runs again: it failed with ValueError in state 'Work', and the redrive of T "
                + "made that void, continues at state 'Work'")
    }

    @Test func aChangedInputIsToldBeforeAndAfterTheRunGoesOn() throws {
        var changed = rows
        changed[7].1 = "b"
        changed.remove(at: 2)
        changed.insert(("new", "a"), at: 0)
        changed.insert(("new2", "a"), at: 9)
        try write(changed)
        #expect(
            try explained("r17")
                == "kept: it succeeded at T, its row is unchanged; it now stands at 18")
        #expect(try explain("r17")["nextIndex"] == 18)
        #expect(try explained("r7") == "runs again: its row has changed since it was run")
        #expect(try explained("r2") == "dropped: its row is no longer in the input")
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(
            try explained("r17")
                == "kept: it succeeded at T, its row is unchanged (moved from 17 to 18)")
        #expect(try explain("r17")["index"] == 18)
        let edited = try explain("r7")
        #expect(
            edited["history"]?.array?.elements.map { $0["what"]?.string } == [
                "started", "succeeded, made void since", "run resumed", "row changed", "started",
                "succeeded",
            ])
        #expect(
            try explained("r7")
                == "kept: it succeeded at T after its row had changed, its row is unchanged")
        #expect(
            try explained("new")
                == "kept: it succeeded at T as a new row, its row is unchanged")
        // Once more: the ways before the last change are still known.
        try write([("first", "a")] + changed)
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(
            try explained("r17")
                == "kept: it succeeded at T, its row is unchanged (moved from 17 to 19)")
    }

    @Test func attemptsBeforeAChangeOfTheInputAreTold() throws {
        func history() throws -> [String] {
            let told = try explain("r4")["history"]?.array?.elements ?? []
            return told.compactMap { $0["what"]?.string }.filter { !$0.hasPrefix("run re") }
        }
        let failed = "failed with ValueError in state 'Work'"
        #expect(try workspace.maprun("redrive", "last").code == 0)
        #expect(try history() == ["started", failed + ", made void since", "started", failed])
        // It moves twice; then its row is another, and moves once more.
        var changed = rows
        for name in ["first", "second"] {
            changed.insert((name, "a"), at: 0)
            try write(changed)
            #expect(try workspace.maprun("resume", "last").code == 0)
        }
        let before = ["started", failed + ", made void since", "started", failed]
        #expect(try history() == before + ["moved from 4 to 5", "moved from 5 to 6"])
        #expect(
            try explained("r4")
                == "kept as failed: it failed with ValueError in state 'Work' at T; "
                + "maprun redrive runs it again, from state 'Work' on")
        changed[6].1 = "b"
        changed.insert(("third", "a"), at: 0)
        try write(changed)
        #expect(try workspace.maprun("resume", "last").code == 0)
        let void = [String](repeating: failed + ", made void since", count: 2)
        #expect(
            try history() == ["started", void[0], "started", void[1]]
                + ["row changed", "started", "succeeded"])
        #expect(
            try explained("r4")
                == "kept: it succeeded at T after its row had changed, its row is unchanged")
        changed.insert(("fourth", "a"), at: 0)
        try write(changed)
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(
            try history() == ["started", void[0], "started", void[1]]
                + ["row changed", "started", "succeeded", "moved from 7 to 8"])
        // What was never run before has no attempts of others.
        let new = try explain("second")["history"]?.array?.elements ?? []
        #expect(
            new.compactMap { $0["what"]?.string }.filter { !$0.hasPrefix("run re") } == [
                "row new", "started", "succeeded", "moved from 0 to 1", "moved from 1 to 2",
            ])
    }

    @Test func anEditedItemIsTold() throws {
        let line = try workspace.maprun("failures", "last", "--json").out
        try workspace.write(line.replacing(#""v":"bad""#, with: #""v":"good""#), to: "m.jsonl")
        #expect(try workspace.maprun("redrive", "last", "--items", "m.jsonl").code == 0)
        #expect(
            try explained("4")
                == "kept: it succeeded at T, edited and fed back, in the redrive of T, "
                + "its row is unchanged")
    }
}
