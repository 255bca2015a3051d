import Foundation
import Testing

/// What happens where the folder of a run is not as it should be.
@Suite struct StoreTests {
    let workspace: Workspace
    let run: String

    init() throws {
        workspace = try Workspace()
        let made = try workspace.maprun("datasets", "registrations", "--rows", "300")
        try workspace.write(made.out, to: "data/rows.csv")
        try workspace.write(Flows.batch(key: "rows.csv"), to: "batch.asl.json")
        try workspace.maprun("run", "batch.asl.json", "--name", "store")
        run = try workspace.run("store")
        // As if the process had died before the end: the execution's outcome is not written.
        try FileManager.default.removeItem(atPath: workspace.path(run + "/journal/000001.journal"))
    }

    @Test func theOthersAreListedWhereOneIsDamaged() throws {
        try workspace.maprun("run", "batch.asl.json", "--name", "other")
        try workspace.write("x", to: run + "/run.json")
        let listed = try workspace.maprun("list")
        #expect(listed.code == 3)
        #expect(listed.out.contains("-other-"), "\(listed.out)")
        #expect(listed.err.contains(run), "\(listed.err)")
    }

    @Test func aRunOfALaterVersionIsRefused() throws {
        let info = try workspace.read(run + "/run.json")
        try workspace.write(
            info.replacingOccurrences(of: #""format": 1"#, with: #""format": 2"#),
            to: run + "/run.json")
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 3)
        #expect(resumed.err.contains("was made by a later version"))
    }

    @Test func damageIsNamedAndSalvaged() throws {
        let whole = try workspace.data(run + "/maps/Rows/results.jsonl")
        let segment = run + "/maps/Rows/000001.journal"
        var bytes = try workspace.data(segment)
        bytes[bytes.count / 2] ^= 0xFF
        try workspace.write(bytes, to: segment)
        try FileManager.default.removeItem(atPath: workspace.path(run + "/maps/Rows/checkpoint"))
        let refused = try workspace.maprun("resume", "last")
        #expect(refused.code == 3)
        #expect(refused.err.contains("000001.journal' is damaged at byte"), "\(refused.err)")
        #expect(try workspace.data(segment) == bytes)
        let salvaged = try workspace.maprun("resume", "last", "--salvage")
        #expect(salvaged.code == 0, "\(salvaged.err)")
        #expect(salvaged.err.contains("set aside"))
        #expect(try workspace.data(run + "/maps/Rows/results.jsonl") == whole)
    }

    @Test(arguments: [true, false])
    func aJournalThatHasLostItsEndIsNamedAndSalvaged(isGone: Bool) throws {
        let whole = try workspace.data(run + "/maps/Rows/results.jsonl")
        let segment = run + "/maps/Rows/000001.journal"
        let bytes = try workspace.data(segment)
        if isGone {
            try FileManager.default.removeItem(atPath: workspace.path(segment))
        } else {
            try workspace.write(bytes.prefix(bytes.count / 2), to: segment)
        }
        let refused = try workspace.maprun("resume", "last")
        #expect(refused.code == 3)
        #expect(refused.err.contains("it was longer, and what is missing"), "\(refused.err)")
        #expect(try workspace.data(run + "/maps/Rows/results.jsonl") == whole)
        let salvaged = try workspace.maprun("resume", "last", "--salvage")
        #expect(salvaged.code == 0, "\(salvaged.err)")
        #expect(salvaged.err.contains("set aside"), "\(salvaged.err)")
        #expect(try workspace.data(run + "/maps/Rows/results.jsonl") == whole)
    }

    @Test func aRecordThatWasBeingWrittenIsCutAndSaidSo() throws {
        let segment = run + "/maps/Rows/000001.journal"
        try workspace.write(workspace.data(segment) + Data([1, 2, 3]), to: segment)
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        #expect(resumed.err.contains("cut a record that was being written"), "\(resumed.err)")
        #expect(resumed.err.contains("Rows: 300 items finished and kept"))
    }

    @Test func aDefinitionThatIsGoneIsNamed() throws {
        try FileManager.default.removeItem(atPath: workspace.path(run + "/definition.json"))
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 3)
        #expect(resumed.err.contains("definition.json' is missing"))
    }

    @Test func resultsThatWereDeletedAreWrittenAgain() throws {
        let files = CrashTests.files.map { run + "/maps/Rows/" + $0 }
        let whole = try files.map(workspace.data)
        for file in files { try FileManager.default.removeItem(atPath: workspace.path(file)) }
        #expect(try workspace.maprun("resume", "last").code == 0)
        #expect(try files.map(workspace.data) == whole)
    }

    @Test func withoutAJournalThereAreResultsButNoResume() throws {
        let ran = try workspace.maprun(
            "run", "batch.asl.json", "--name", "fast", "--journal", "off")
        #expect(ran.code == 0)
        let fast = try workspace.run("fast")
        for file in CrashTests.files {
            let whole = try workspace.data("\(run)/maps/Rows/\(file)")
            #expect(try workspace.data("\(fast)/maps/Rows/\(file)") == whole)
        }
        let status = try workspace.maprun("status", try workspace.id("fast"), "--json")
        #expect(status.out.contains(#""status":"SUCCEEDED""#), "\(status.out)")
        let resumed = try workspace.maprun("resume", try workspace.id("fast"))
        #expect(resumed.code == 2)
        #expect(resumed.err.contains("without a journal"))
    }

    @Test func inputThatChangedIsNotedBeforeAnythingIsMixed() throws {
        let rows = try workspace.read("data/rows.csv")
        try workspace.write(rows + "x\n", to: "data/rows.csv")
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0)
        #expect(
            resumed.err.contains(
                "Rows: the input has changed: 300 kept, 0 changed, 1 new, 0 vanished"))
        #expect(!resumed.err.contains("finished and kept"), "\(resumed.err)")
    }

    /// Its Map has ended: nobody reads that input again.
    @Test func ofAnInputThatIsDoneWithNoChangeIsNoted() throws {
        let flow = Flows.batch(key: "rows.csv").replacingOccurrences(
            of: "\"End\": true,\n  \"ResultPath\": null",
            with: #""Next": "Last", "ResultPath": null"#
        ).dropLast(2)
        let function = "arn:aws:lambda:us-east-1:123456789012:function:work"
        try workspace.write(
            flow + #", "Last": {"Type": "Task", "Resource": "\#(function)", "End": true}}}"#,
            to: "two.asl.json")
        let gate = try Gate(workspace)
        let first = try workspace.start(["run", "two.asl.json", "--input", #"{"n": 1}"#])
        try first.until("the call behind the Map") { gate.calls == [1] }
        first.signal(SIGKILL)
        _ = first.wait()
        try workspace.write("childFirstName\n", to: "data/rows.csv")
        gate.release(100)
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        #expect(resumed.err.contains("Rows: 300 items finished and kept"), "\(resumed.err)")
        #expect(!resumed.err.contains("the input has changed"))
    }
}
