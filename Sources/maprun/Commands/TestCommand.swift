import ArgumentParser
import Engine
import Glibc
import JSON
import Reporting

/// Tests workflows against mocks, and states alone.
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Tests workflows against mocks, or one state alone.",
        discussion: """
            A file of test cases names a definition, a MockConfigFile.json and cases, each with \
            input, the name of a mocked test case, and what is expected of status, output, error \
            and cause:

              {"definition": "flow.asl.json", "mocks": "MockConfigFile.json", "cases": [
                {"name": "pays", "mock": "HappyPath", "input": {"id": 1},
                 "expect": {"status": "SUCCEEDED", "output": {"paid": true}}}]}

            Where all tasks are mocked, waits and retries take no time. With --state, or if the \
            file is a single state, that state is run alone, as AWS's TestState does it. A case \
            does so with "state", and may have TestState's "mock", "variables", "context", \
            "inspectionLevel", "stateConfiguration" and "revealSecrets". At inspection level \
            trace an HTTP task shows its request and response.

            EXAMPLES:
              maprun test flow.test.json
              maprun test tests/*.test.json --junit report.xml
              maprun test flow.asl.json --state Pay --input '{"id": 1}' --inspection-level debug
              maprun test flow.asl.json --state Pay --mock-result '{"ok": true}'
              maprun test flow.asl.json --state Ask --inspection-level trace
            """)

    @Argument(help: ArgumentHelp("Files of test cases, or one definition.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("What functions are here.", valueName: "file"))
    var bindings: String?

    @Option(help: ArgumentHelp("Write the verdicts as JUnit XML too.", valueName: "file"))
    var junit: String?

    @Flag(help: "One JSON object for each case.")
    var json = false

    @OptionGroup(title: "One state alone") var single: SingleState

    func run() throws {
        let documents = try files.map { ($0, try InputText.value($0)) }
        if let (path, document) = documents.first, !TestFile.isOne(document) {
            guard files.count == 1 else {
                throw UsageError("'\(path)' is no file of test cases: it has no 'cases'")
            }
            return try single.run(document, path: path, bindings: bindings)
        }
        try runCases(documents)
    }

    private func runCases(_ documents: [(String, Value)]) throws {
        var report = JUnitReport()
        var all: [TestVerdict] = []
        for (path, document) in documents {
            let file = try TestFile(document, path: path)
            let runner = try CaseRunner(file, bindings: bindings)
            let verdicts = try file.cases.map { testCase in
                let verdict = runner.run(testCase)
                try tell(verdict)
                return verdict
            }
            report.add(verdicts, suite: path)
            all += verdicts
        }
        if let junit { try OutputFile.write(report.xml, to: junit) }
        let failed = all.count { !$0.hasPassed }
        Console.note("\(Quantity.count(all.count, "case")): \(failed) failed")
        if failed > 0 { throw ExitStatus.executionFailed }
    }

    private func tell(_ verdict: TestVerdict) throws {
        if json { return try Console.print(verdict.value) }
        for line in verdict.lines { try Console.print(line) }
    }
}
