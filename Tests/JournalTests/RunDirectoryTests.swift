import Glibc
import JSON
import Testing

@testable import Journal

@Suite struct RunDirectoryTests {
    @Test func aRunIsFoundAgainWithWhatWasAsked() throws {
        let files = MemoryFiles()
        let definition = ByteBuffer(text: #"{"StartAt":"A"}"#)
        let run = try RunDirectory.create(
            root: "/runs", name: "day care", time: 1_795_343_465_000, info: ["digest": "abc"],
            definition: definition.bytes, files: files, luck: { 0x7F3 })
        #expect(run.id == "2026-11-22T10-31-05-day-care-07f3")
        #expect(files.text("/runs/\(run.id)/definition.json") == #"{"StartAt":"A"}"#)
        #expect(try RunDirectory.list(root: "/runs", files: files) == [run.id])
        let found = try RunDirectory.open(root: "/runs", id: run.id, files: files)
        #expect(found.info == ["digest": "abc"])
        #expect(try found.status() == nil)
        try found.writeStatus(["done": 3])
        #expect(try run.status() == ["done": 3])
    }

    @Test func anIdThatIsTakenIsNotUsedTwice() throws {
        let files = MemoryFiles()
        var numbers: [UInt16] = [2, 1, 1]
        let definition = ByteBuffer()
        func make() throws -> String {
            try RunDirectory.create(
                root: "/runs", name: "a", time: 0, info: [:], definition: definition.bytes,
                files: files, luck: { numbers.popLast() ?? 0 }
            ).id
        }
        #expect(try make() == "1970-01-01T00-00-00-a-0001")
        #expect(try make() == "1970-01-01T00-00-00-a-0002")
    }

    @Test func aMissingRunIsNamed() {
        let error = #expect(throws: RunError.self) {
            _ = try RunDirectory.open(root: "/runs", id: "x", files: MemoryFiles())
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("no run 'x' in '/runs'") == true)
    }

    @Test(arguments: [
        ("Orders", "Orders"), ("a/b", "a%2Fb"), ("..", "%2E."), ("ä-1", "ä-1"), ("a b", "a%20b"),
        ("%2~", "%252%7E"),
    ])
    func labelsBecomeFolderNames(_ label: String, _ folder: String) {
        #expect(RunName.folder(label) == folder)
        #expect(RunName.label(of: folder) == label)
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() {
        let files = MemoryFiles()
        files.inject { operation, path in
            operation == .open && path == "/runs" ? EACCES : nil
        }
        let definition = ByteBuffer()
        let error = #expect(throws: RunError.self) {
            _ = try RunDirectory.create(
                root: "/runs", name: "a", time: 0, info: [:], definition: definition.bytes,
                files: files)
        }
        #expect(error?.code == .noPermission && error?.path == "/runs")
    }
}

@Suite struct RunOwnerTests: Sendable {
    private func alive(
        _ own: ProcessIdentity, _ other: ProcessIdentity
    ) -> ProcessIdentity.Liveness {
        other.pid < 100 ? .alive : other.pid < 200 ? .dead : .unknown
    }

    private func process(_ pid: Int) -> ProcessIdentity {
        ProcessIdentity(host: "here", pid: pid, start: 5, boot: "b", namespace: "n")
    }

    private func claim(
        _ pid: Int, _ files: MemoryFiles, force: Bool = false
    ) throws(RunError) -> RunOwner {
        try RunOwner("/run", as: process(pid), force: force, files: files, liveness: alive)
    }

    @Test func aSecondProcessIsRefusedUntilTheFirstReleases() throws {
        let files = try journalFiles()
        let owner = try claim(1, files)
        let error = #expect(throws: RunError.self) { try self.claim(2, files) }
        #expect(error?.code == .inUse)
        #expect(error?.message.contains("process 1 on here") == true)
        try owner.release()
        #expect(try claim(2, files).takenOver == nil)
        #expect(try files.entries(of: "/run") == ["owner.2"])
    }

    @Test func aDeadProcessIsTakenOverAndNamed() throws {
        let files = try journalFiles()
        _ = try claim(150, files)
        #expect(try claim(2, files).takenOver == "process 150 on here, which has died")
        #expect(throws: RunError.self) { try self.claim(3, files) }
    }

    @Test func aProcessOnAnotherMachineIsTakenOverOnlyByForce() throws {
        let files = try journalFiles()
        _ = try claim(250, files)
        #expect(throws: RunError.self) { try self.claim(2, files) }
        #expect(try claim(2, files, force: true).takenOver == "process 250 on here")
    }

    /// Whichever step the others come in between, one process holds the run in the end.
    @Test func onlyOneOfSeveralTakesOver() throws {
        for step in 1..<12 {
            let files = try journalFiles()
            _ = try claim(150, files)
            let start = files.steps
            let winners = Winners()
            let rival = RivalFiles(files, before: start + step) {
                if (try? self.claim(2, files)) != nil { winners.count += 1 }
            }
            do {
                _ = try RunOwner(
                    "/run", as: self.process(1), force: false, files: rival, liveness: alive)
                winners.count += 1
            } catch {
                #expect(error.code == .inUse)
            }
            #expect(winners.count == 1, "rival before step \(step)")
        }
    }

    @Test func thisProcessIsAliveAndKnowsItself() throws {
        let own = ProcessIdentity.current()
        #expect(own.liveness(of: own) == .alive)
        var other = own
        other.start += 1
        #expect(own.liveness(of: other) == .dead)
        other = own
        other.host = "elsewhere"
        #expect(own.liveness(of: other) == .unknown)
        #expect(ProcessIdentity(own.value) == own)
    }
}

/// Counts who believes to hold the run; used by one thread.
private final class Winners: @unchecked Sendable {
    // Proof: the tests that use it are synchronous.
    var count = 0
}

extension ByteBuffer {
    init(text: String) {
        self.init()
        append(string: text)
    }
}
