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
        #expect(fault?.cause == "'sh' printed more than one line for a document")
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
