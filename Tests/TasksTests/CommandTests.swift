import Engine
import Glibc
import JSON
import StatesLanguage
import Testing

@testable import Tasks

@Suite struct CommandTests {
    private func shell(_ script: String) -> FunctionBinding.Work {
        .command(["sh", "-c", script])
    }

    @Test func aCommandGetsTheItemAndPrintsTheResult() async {
        let bench = TaskBench(shell("cat; echo done >&2"))
        let result = await bench.call(["a": [1, 2]])
        #expect(result.value == ["a": [1, 2]])
        #expect(bench.log() == "done\n")
    }

    @Test func aCommandRunsInItsFolderWithItsEnvironment() async {
        let files = TestFolder()
        files.writeProgram("tool", "#!/bin/sh\necho \"\\\"$GREETING $PWD\\\"\"\n")
        var binding = FunctionBinding(
            name: "f", work: .command(["./tool"]), directory: files.path, concurrency: 1)
        binding.environment = ["GREETING": "hello"]
        let bench = TaskBench(files, [binding])
        #expect(await bench.call().value?.string == "hello \(files.path)")
    }

    static let failures: [(script: String, error: String, cause: String)] = [
        (
            "echo 'no such customer' >&2; exit 3", "Command.ExitStatus.3",
            "'sh' ended with exit status 3: no such customer"
        ),
        ("exit 1", "Command.ExitStatus.1", "'sh' ended with exit status 1"),
        ("kill -SEGV $$", "Command.Signal.SIGSEGV", "'sh' was ended by SIGSEGV"),
        (
            "true", "Command.InvalidOutput",
            "'sh' printed nothing; one JSON document is expected on standard output"
        ),
        (
            "echo hello", "Command.InvalidOutput",
            "'sh' printed no JSON: unexpected 'h'; expected a value at 1:1 of 'hello\n'"
        ),
        (
            "echo '{} {}'", "Command.InvalidOutput",
            "'sh' printed more than one JSON document: the second begins at 1:4"
        ),
        (
            "echo '{\"errorType\":\"NoStock\",\"errorMessage\":\"none left\"}'; exit 1", "NoStock",
            #"{"errorType":"NoStock","errorMessage":"none left"}"#
        ),
        (
            "echo broken >&2; sleep 1000", "Command.TimedOut",
            "'sh' did not answer within 0.4 s and was stopped: broken"
        ),
    ]

    @Test(arguments: failures)
    func tellsWhatACommandDidWrong(script: String, error: String, cause: String) async {
        let bench = TaskBench(shell(script), timeout: error == "Command.TimedOut" ? 0.4 : 60)
        let losses: [String: StateFault.Loss] = [
            "Command.Signal.SIGSEGV": .worker, "Command.TimedOut": .time,
        ]
        let fault = StateFault(error: error, cause: cause, loss: losses[error])
        #expect(await bench.call().fault == fault)
    }

    @Test func aMissingCommandAndOneThatIsNoProgramAreNamed() async {
        let missing = await TaskBench(.command(["no-such-tool"])).call().fault
        #expect(missing?.error == "Command.NotStarted")
        #expect(missing?.cause == "cannot start 'no-such-tool': No such file or directory")
        let files = TestFolder(["tool": "#!/bin/sh\n"])
        let plain = await TaskBench(.command(["./tool"]), files: files).call().fault
        #expect(plain?.error == "Command.NotStarted")
        #expect(plain?.cause?.hasSuffix("Permission denied") == true)
    }

    @Test func onlyTheLastPartOfALongErrorOutputIsKept() async {
        let bench = TaskBench(shell("seq 1 100000 >&2; exit 2"))
        let cause = await bench.call().fault?.cause ?? ""
        #expect(cause.utf8.count < 2200)
        #expect(cause.hasSuffix("99999\n100000"))
        #expect(bench.log().hasPrefix("1\n2\n3\n"))
    }

    @Test func aTimeoutEndsTheWholeTree() async {
        let files = TestFolder()
        let held = HeldPipe("held", in: files)
        let bench = TaskBench(
            shell("exec 9>held; (sleep 1000; true) & wait"), files: files, timeout: 0.2)
        #expect(await bench.call().fault?.error == "Command.TimedOut")
        #expect(await held.waitUntilReleased() == "")
    }

    @Test func whatACommandLeavesBehindEndsWithIt() async {
        let files = TestFolder()
        let held = HeldPipe("held", in: files)
        let bench = TaskBench(
            shell("exec 9>held; sleep 1000 >/dev/null 2>&1 & read x; echo \"$x\""),
            files: files)
        #expect(await bench.call(7).value == 7)
        _ = await held.waitUntilReleased()
    }

    @Test func noMoreCommandsRunAtATimeThanTheBindingAllows() async {
        let files = TestFolder()
        let bench = TaskBench(
            shell(
                """
                mkdir "$$.running"; ls -d ./*.running | wc -l; rmdir "$$.running"
                """), files: files, concurrency: 2)
        let results = await bench.callMany(60)
        let counts = results.compactMap { $0.value?.number?.int }
        #expect(counts.count == 60)
        #expect(counts.allSatisfy { (1...2).contains($0) })
    }

    @Test func leavesNoProcessesBehind() async {
        let bench = TaskBench(shell("echo $$"), concurrency: 2)
        let pids = await bench.callMany(100).compactMap { $0.value?.number?.int }
        #expect(pids.count == 100)
        bench.router.close()
        for pid in pids { #expect(kill(pid_t(pid), 0) != 0) }
    }
}
