import Foundation
import Testing

/// Runs that are killed at any moment and resumed leave the same bytes as those that are not.
@Suite(.serialized) struct CrashTests {
    let workspace: Workspace
    static let files = ["results.jsonl", "failures.jsonl", "failures.csv"]

    init() throws {
        workspace = try Workspace()
        let made = try workspace.maprun("datasets", "registrations", "--rows", "20000")
        try workspace.write(made.out, to: "data/rows.csv")
        try workspace.write(Flows.batch(key: "rows.csv"), to: "batch.asl.json")
    }

    private func results(_ run: String) throws -> [Data] {
        try Self.files.map { try workspace.data("\(run)/maps/Rows/\($0)") }
    }

    private func size(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: workspace.path(path))
        return attributes?[.size] as? Int ?? 0
    }

    /// Starts the batch and waits until so many bytes of journal have been written.
    private func start(_ arguments: [String], name: String, journal bytes: Int) throws
        -> Invocation
    {
        let invocation = try workspace.start(arguments)
        try invocation.until("\(bytes) bytes of journal") {
            guard let run = try? workspace.run(name) else { return false }
            let folder = "\(run)/maps/Rows"
            let names = try? FileManager.default.contentsOfDirectory(
                atPath: workspace.path(folder))
            let segments = (names ?? []).filter { $0.hasSuffix(".journal") }
            return segments.reduce(0) { $0 + size("\(folder)/\($1)") } > bytes
        }
        return invocation
    }

    @Test func killedAndResumedRunsHaveTheSameResults() throws {
        #expect(try workspace.maprun("run", "batch.asl.json", "--name", "whole").code == 0)
        let whole = try results(workspace.run("whole"))
        #expect(whole.allSatisfy { !$0.isEmpty })
        let total = size(try workspace.run("whole") + "/maps/Rows/000001.journal")
        var invocation = try start(
            ["run", "batch.asl.json", "--name", "killed"], name: "killed", journal: total / 10)
        for part in [3, 5, 7] {
            invocation.signal(SIGKILL)
            #expect(invocation.wait().code == 128 + SIGKILL)
            let status = try workspace.maprun("status", "last", "--json")
            #expect(status.out.contains(#""status":"INTERRUPTED""#))
            invocation = try start(
                ["resume", "last"], name: "killed", journal: total * part / 10)
        }
        let last = invocation.wait()
        #expect(last.code == 0)
        #expect(last.err.contains("which has died"))
        #expect(last.err.contains("finished and kept"))
        #expect(try results(workspace.run("killed")) == whole)
    }

    @Test func aSecondProcessOnTheSameRunIsRefused() throws {
        let invocation = try start(
            ["run", "batch.asl.json", "--name", "busy"], name: "busy", journal: 1)
        // It must not come to its end meanwhile.
        invocation.signal(SIGSTOP)
        for command in ["resume", "redrive"] {
            let second = try workspace.maprun(command, "last")
            #expect(second.code == 4)
            #expect(second.err.contains("in use by process"))
        }
        let status = try workspace.maprun("status", "last", "--json")
        #expect(status.out.contains(#""status":"RUNNING""#))
        invocation.signal(SIGCONT)
        #expect(invocation.wait().code == 0)
        let journal = "\(try workspace.run("busy"))/maps/Rows/000001.journal"
        let before = try workspace.data(journal)
        let salvaged = try workspace.maprun("resume", "last", "--salvage")
        #expect(salvaged.code == 2)
        #expect(salvaged.err.contains("has ended: SUCCEEDED"), "\(salvaged.err)")
        #expect(try workspace.data(journal) == before)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func oneSignalFinishesWhatRunsAndTwoStopAtOnce(_ signal: Int32) throws {
        let name = "signal-\(signal)"
        let first = try start(
            ["run", "batch.asl.json", "--name", name], name: name, journal: 1000)
        first.signal(signal)
        let interrupted = first.wait()
        #expect(interrupted.code == 130)
        #expect(interrupted.out.isEmpty)
        #expect(interrupted.err.contains("press Ctrl-C again to stop now"))
        let resume = "maprun resume \(try workspace.id(name))"
        #expect(interrupted.lastError == resume)
        let second = try start(["resume", "last"], name: name, journal: 300_000)
        second.signal(signal)
        second.signal(signal)
        let stopped = second.wait()
        #expect(stopped.code == 130)
        #expect(stopped.lastError == resume)
        #expect(try workspace.maprun("resume", "last").code == 0)
        try workspace.maprun("run", "batch.asl.json", "--name", "whole")
        #expect(try results(workspace.run(name)) == results(workspace.run("whole")))
    }

    /// The definition comes through a pipe: whoever has opened it is reading, and has begun nothing.
    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalBeforeAnythingIsRunEndsWithTheSameCode(_ signal: Int32) throws {
        let path = workspace.path("pipe-\(signal).json")
        #expect(mkfifo(path, 0o600) == 0)
        let invocation = try workspace.start(["run", path])
        let writer = open(path, O_WRONLY)
        #expect(writer >= 0)
        invocation.signal(signal)
        close(writer)
        let ended = invocation.wait()
        #expect(ended.code == 130)
        #expect(ended.out.isEmpty)
        #expect(ended.err.contains("interrupted before any item was run"), "\(ended.err)")
    }

    @Test func inputThatWasCutOffContinuesWhenItIsWhole() throws {
        let made = workspace.path("whole.gz")
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/bin/sh")
        gzip.arguments = ["-c", "gzip -nc '\(workspace.path("data/rows.csv"))' > '\(made)'"]
        try gzip.run()
        gzip.waitUntilExit()
        let whole = try workspace.data("whole.gz")
        try workspace.write(whole.prefix(whole.count / 2), to: "data/rows.csv.gz")
        try workspace.write(Flows.batch(key: "rows.csv.gz"), to: "zipped.asl.json")
        let cut = try workspace.maprun("run", "zipped.asl.json", "--name", "cut")
        #expect(cut.code == 1)
        #expect(cut.err.contains("byte \(whole.count / 2) of the compressed file"), "\(cut.err)")
        try workspace.write(whole, to: "data/rows.csv.gz")
        let resumed = try workspace.maprun("resume", "last")
        #expect(resumed.code == 0, "\(resumed.err)")
        try workspace.maprun("run", "zipped.asl.json", "--name", "whole")
        #expect(try results(workspace.run("cut")) == results(workspace.run("whole")))
    }
}
