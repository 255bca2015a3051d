import Engine
import JSON
import Reporting
import StatesLanguage
import Testing

@Suite struct ReportTests {
    @Test func failuresAreGroupedLargestFirst() throws {
        var groups = FailureGroups(by: .error)
        for (index, error) in ["A", "B", "B"].enumerated() {
            groups.add(["index": .int(index), "error": .string(error), "cause": "why"])
        }
        groups.add(["index": 3, "status": "TIMED_OUT"])
        #expect(groups.sorted.map(\.name) == ["B", "A", nil])
        #expect(groups.sorted.map(\.count) == [2, 1, 1])
        #expect(groups.sorted.map(\.firstIndex) == [1, 0, 3])
        #expect(groups.lines.count == 4)
    }

    @Test func snapshotsAreReadAsTheyWereWritten() {
        var counts = MapRunCounts()
        counts.succeeded = 3
        counts.running = 2
        counts.total = 9
        let snapshot = RunSnapshot(
            phase: .running, time: 5, itemsPerSecond: 1.5,
            mapRuns: [
                MapRunStatus(
                    name: "Rows", items: counts, executions: counts, fractionRead: 0.5,
                    fractionDone: 0.25)
            ])
        #expect(RunSnapshot(snapshot.value) == snapshot)
        #expect(RunSnapshot(["status": "RUNNING"]) == nil)
    }

    /// What was in flight when the run came to rest goes on with the rest of it.
    @Test func theSummaryOfAnInterruptedRunLeavesNoItemOut() {
        var counts = MapRunCounts()
        counts.succeeded = 12
        counts.running = 4
        counts.total = 40
        let mapRun = MapRunStatus(name: "Rows%7E2", items: counts, executions: counts)
        let summary = RunSummary(
            id: "r", phase: .interrupted, milliseconds: 0, mapRuns: [mapRun], directory: "runs/r")
        #expect(summary.lines[1] == "  Rows~2: 40 items: 12 succeeded, 28 pending")
        #expect(summary.lines[2] == "    results:  runs/r/maps/Rows%7E2/results.jsonl")
    }

    @Test func problemsAreWrittenAsCompilersDo() {
        let text = """
            {"StartAt": "A",
             "States": {"A": {"Type": "Pass", "Next": "B"}, "AB": {"Type": "Succeed"}}}
            """
        let result = StateMachine.decode(text)
        var report = ValidationReport()
        report.add(result.diagnostics, file: "f.json", text: text)
        #expect(report.errorCount > 0)
        let line = report.lines.first { $0.contains("MISSING_TRANSITION_TARGET") } ?? ""
        #expect(line.hasPrefix("f.json:2:"))
        #expect(line.contains(": error: Missing 'Next' target: B"))
        let log = report.sarif(version: "1")
        let results = log["runs"]?[0]?["results"]?.array?.elements ?? []
        #expect(results.count == report.lines.count)
        let place = results.first?["locations"]?[0]?["physicalLocation"]
        #expect(place?["artifactLocation"]?["uri"] == "f.json")
        #expect(place?["region"]?["startLine"]?.number?.int == 2)
    }

    @Test func aWrongExpressionIsShownWithACaretUnderThePlace() {
        let text = """
            {"QueryLanguage": "JSONata", "StartAt": "A",
             "States": {"A": {"Type": "Succeed", "Output": "{% $sum(1, %}"}}}
            """
        var report = ValidationReport()
        report.add(StateMachine.decode(text).diagnostics, file: "f.json", text: text)
        #expect(
            report.lines == [
                "f.json:2:59: error: Expected \")\" before end of expression at /States/A/Output "
                    + "(INVALID_JSONATA_EXPRESSION)",
                #"   "States": {"A": {"Type": "Succeed", "Output": "{% $sum(1, %}"}}}"#,
                String(repeating: " ", count: 60) + "^ S0203",
            ])
    }

    @Test func ofALongLineOnlyThePartAroundThePlaceIsShown() {
        let long = String(repeating: "ä", count: 200) + "|" + String(repeating: "b", count: 200)
        let lines = CaretText.lines(long, offset: 400)
        let (before, after) = (String(repeating: "ä", count: 60), String(repeating: "b", count: 59))
        #expect(lines.first == "  …\(before)|\(after)…")
        #expect(lines.last == String(repeating: " ", count: 63) + "^")
    }

    @Test func columnsAreAsWideAsTheirWidestCell() {
        var table = Table(["name", .init("count", isNumber: true)])
        table.add(["a longer one", "7"])
        table.add(["b", "1,000"])
        #expect(
            table.lines == [
                "name          count", "a longer one      7", "b             1,000",
            ])
    }
}
