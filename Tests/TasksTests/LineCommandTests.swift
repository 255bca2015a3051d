import Engine
import JSON
import StatesLanguage
import Testing

@testable import Tasks

@Suite struct LineCommandTests {
    @Test func answersGoToTheDocumentsInOrder() async {
        let bench = TaskBench(
            .lines(["sed", "-u", "s/.*/[&]/"], depth: 16), concurrency: 2)
        let results = await bench.callMany(3000)
        for (index, result) in results.enumerated() {
            #expect(result.value == [.int(index)])
        }
    }

    @Test func severalDocumentsAreUnderWayAtOnce() async {
        // It answers only after it has read four lines.
        let script = """
            while read -r a && read -r b && read -r c && read -r d
            do printf '%s\\n' "$a" "$b" "$c" "$d"; done
            """
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 4))
        let results = await bench.callMany(8)
        #expect(results.compactMap { $0.value?.number?.int } == Array(0..<8))
    }

    @Test func aLineThatIsNoJSONFailsItsItemOnly() async {
        let script = """
            while read -r x; do [ "$x" = 3 ] && echo oops || echo "$x"; done
            """
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 1))
        let results = await bench.callMany(6)
        #expect(results[3].fault?.error == "Command.InvalidOutput")
        #expect(results.filter { $0.value != nil }.count == 5)
    }

    @Test func twoLinesForADocumentFailIt() async {
        let script = "while read -r x; do printf '1\\n2\\n'; done"
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 1))
        let fault = await bench.call().fault
        #expect(fault?.error == "Command.InvalidOutput")
        #expect(fault?.cause == "'sh' printed more than one line for a document: '1', '2'")
    }

    @Test func aLineBehindAnAnswerIsNotTheNextOne() async {
        let files = TestFolder()
        files.makePipe("gate")
        files.makePipe("printed")
        let script = """
            while read -r x; do
              echo "$x"
              [ "$x" = 0 ] && { read -r go < gate; printf '"extra"\n'; echo > printed; }
            done
            """
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 1), files: files)
        #expect(await bench.call(0).value == 0)
        await blocking { files.write("gate", "go\n") }
        _ = await blocking { files.read("printed") }
        #expect(
            await bench.call(1).fault
                == StateFault(
                    error: "Command.InvalidOutput",
                    cause: "'sh' printed '\"extra\"' after its answer to an earlier document; "
                        + "one line is expected for each"))
        #expect(await bench.call(2).value == 2, "a fresh program")
    }

    @Test func aLineThatNobodyHasReadYetIsNotTheNextOne() async {
        let files = TestFolder()
        files.makePipe("gate")
        files.makePipe("printed")
        let script = """
            read -r x; echo "$x"; read -r go < gate; printf '"extra"\n'; echo > printed; exec cat
            """
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 1), files: files)
        #expect(await bench.call(0).value == 0)
        // The loop comes to the second call before it comes to what was printed meanwhile.
        let second = await withCheckedContinuation { continuation in
            ProcessHost.shared.loop.submit {
                _ = bench.router.start(bench.request(1, key: "run/1")) {
                    continuation.resume(returning: $0.result)
                }
                files.write("gate", "go\n")
                _ = files.read("printed")
            }
        }
        #expect(second.fault?.error == "Command.InvalidOutput")
        #expect(second.fault?.cause?.contains("printed '\"extra\"' after its answer") == true)
    }

    @Test func theBeginningOfALineBehindAnAnswerIsNotTheNextOne() async {
        let script = "while read -r x; do printf '%s\\n\"ex' \"$x\"; done"
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 1))
        #expect(await bench.call(0).value == 0)
        let fault = await bench.call(1).fault
        #expect(fault?.error == "Command.InvalidOutput")
        #expect(fault?.cause?.hasPrefix("'sh' printed '\"ex' after its answer") == true)
    }

    @Test func aLineBeforeTheFirstDocumentIsNoAnswer() async {
        let files = TestFolder()
        files.makePipe("gate")
        let script = #"printf '{"ready":'; echo 'true}'; read -r go < gate; exec cat"#
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 1), files: files)
        #expect(
            await bench.call(0).fault
                == StateFault(
                    error: "Command.InvalidOutput",
                    cause: #"'sh' printed '{"ready":true}' before it had read a document; only "#
                        + "answers go to standard output"))
    }

    @Test func aLineBeforeItsDocumentWasReadIsNoAnswer() async {
        let files = TestFolder()
        files.makePipe("gate")
        files.makePipe("never")
        let script = """
            read -r x; echo "$x"; read -r go < gate; printf '"extra"\n'; read -r go < never
            exec cat
            """
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 1), files: files)
        #expect(await bench.call(0).value == 0)
        async let second = bench.call(1)
        await blocking { files.write("gate", "go\n") }
        let fault = await second.fault
        #expect(fault?.error == "Command.InvalidOutput")
        #expect(fault?.cause?.contains("'\"extra\"'") == true)
    }

    @Test func aProgramMayLeaveTheEndOfALineUnread() async {
        let script = #"while x=$(head -c 1); do [ "$x" ] && echo "$x"; done"#
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 1))
        #expect(await bench.callMany(5).compactMap { $0.value?.number?.int } == Array(0..<5))
    }

    @Test func anEndFailsTheRunningItemAndTheNextGetsAFreshProgram() async {
        let script = """
            while read -r x; do
              [ "$x" = 2 ] && { echo "cannot do $x" >&2; exit 4; }
              echo "$x"
            done
            """
        let bench = TaskBench(.lines(["sh", "-c", script], depth: 4))
        let results = await bench.callMany(8)
        #expect(
            results[2].fault
                == StateFault(
                    error: "Command.ExitStatus.4",
                    cause: "'sh' ended with exit status 4 before it answered: cannot do 2",
                    loss: .worker))
        #expect(results.filter { $0.value != nil }.count == 7)
    }

    @Test func anItemCanReportItsOwnError() async {
        let line = #"{"errorType":"NoStock","errorMessage":"none"}"#
        let bench = TaskBench(
            .lines(["sh", "-c", "while read -r x; do echo '\(line)'; done"], depth: 1))
        #expect(await bench.call().fault == StateFault(error: "NoStock", cause: line))
    }

    @Test func silenceIsATimeout() async {
        let bench = TaskBench(
            .lines(["sh", "-c", "while read -r x; do :; done"], depth: 2), timeout: 0.2)
        for result in await bench.callMany(2) {
            #expect(result.fault?.error == "Command.TimedOut")
        }
    }
}
