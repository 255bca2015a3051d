import CBytes
import Glibc
import Synchronization
import Testing

@testable import Tasks

@Suite struct ProcessTests {
    /// Waits until the process behind a pidfd has ended.
    private func waitForEnd(_ pidfd: Int32) async {
        await waitForReadability(pidfd)
        close(pidfd)
    }

    private func shell(_ script: String) -> Program {
        Program(path: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
    }

    @Test func aChildDiesWithTheThreadThatStartedIt() async {
        let pidfd = await withCheckedContinuation { continuation in
            PermanentThread.start {
                let null = open("/dev/null", O_RDWR | O_CLOEXEC)
                let child = try? shell("exec sleep 1000").start(
                    descriptors: [null, null, null], diesWithParent: true)
                continuation.resume(returning: child?.pidfd ?? -1)
            }
        }
        await waitForEnd(pidfd)
    }

    @Test func theGuardianKillsWhatItWasToldOf() async throws {
        let folder = TestFolder()
        let held = HeldPipe("held", in: folder)
        let guardian = Guardian()
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let streams = [null, null, null]
        var program = shell("exec 9>held; echo >&9; sleep 1000 & wait")
        program.directory = folder.path
        let doomed = try program.start(descriptors: streams, diesWithParent: false)
        let spared = try shell("sleep 1000 & wait").start(
            descriptors: streams, diesWithParent: false)
        await held.waitUntilReadable()
        guardian.add(spared.pid)
        guardian.add(doomed.pid)
        guardian.remove(spared.pid)
        close(try #require(guardian.pipe))
        #expect(await held.waitUntilReleased() == "\n")
        await waitForEnd(doomed.pidfd)
        #expect(kill(spared.pid, 0) == 0)
        kill(-spared.pid, SIGKILL)
        await waitForEnd(spared.pidfd)
        for pid in [doomed.pid, spared.pid] { waitpid(pid, nil, 0) }
    }

    static let failures: [(path: String, directory: String?, text: String)] = [
        ("/no/such/program", nil, "cannot start '/no/such/program': No such file or directory"),
        ("/etc/passwd", nil, "cannot start '/etc/passwd': Permission denied"),
        ("/bin/true", "/no/folder", "cannot enter folder '/no/folder': No such file or directory"),
    ]

    @Test(arguments: failures)
    func tellsWhyAProgramCannotStart(path: String, directory: String?, text: String) {
        let program = Program(path: path, directory: directory)
        let failure = #expect(throws: StartFailure.self) {
            _ = try program.start(descriptors: [], diesWithParent: true)
        }
        #expect(failure?.description == text)
    }

    @Test func aScriptWithoutInterpreterLineIsExplained() {
        let folder = TestFolder()
        folder.writeProgram("script", "echo hello\n")
        let failure = #expect(throws: StartFailure.self) {
            _ = try Program(path: "\(folder.path)/script").start(
                descriptors: [], diesWithParent: true)
        }
        #expect(failure?.description.hasSuffix("nor a script with '#!' in its first line") == true)
    }

    @Test func aChildGetsOnlyItsOwnDescriptorsAndDefaultSignals() async {
        let ends = await withCheckedContinuation { continuation in
            ProcessHost.shared.start(
                shell("ls /proc/self/fd | tr '\\n' ' '; grep SigBlk /proc/self/status"),
                layout: .standardStreams
            ) { started in
                guard let child = try? started.get() else { return }
                let output = Mutex<[UInt8]>([])
                child.onOutput = { bytes in output.withLock { $0.append(contentsOf: bytes) } }
                child.onExit = { status in
                    let text = output.withLock { String(decoding: $0, as: UTF8.self) }
                    continuation.resume(returning: "\(status) \(text)")
                }
            }
        }
        // 3 is the folder that `ls` itself lists.
        #expect(ends == "exited(0) 0 1 2 3 SigBlk:\t0000000000000000\n")
    }
}
