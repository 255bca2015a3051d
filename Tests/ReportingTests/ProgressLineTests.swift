import Engine
import Reporting
import Testing

@Suite struct ProgressLineTests {
    private func status(
        succeeded: Int, failed: Int = 0, total: Int? = nil, fractionDone: Double? = nil
    ) -> MapRunStatus {
        var counts = MapRunCounts()
        counts.succeeded = succeeded
        counts.failed = failed
        counts.total = total
        return MapRunStatus(
            name: "Rows", items: counts, executions: counts, fractionRead: 1,
            fractionDone: fractionDone)
    }

    private func text(_ statuses: [MapRunStatus]) -> String {
        var line = ProgressLine()
        for (second, status) in statuses.enumerated() { line.update([status], at: second * 1000) }
        return line.text(statuses.suffix(1))
    }

    @Test func aKnownTotalGivesTheTimeThatIsLeft() {
        let line = text([
            status(succeeded: 1000, total: 10_000),
            status(succeeded: 1900, failed: 100, total: 10_000),
        ])
        #expect(line == "Rows: 2,000/10,000, 1,000/s, 100 failed, 8.0 s left")
    }

    @Test func whatIsDoneOfWhatHasBeenReadStandsInForTheTotal() {
        let line = text([
            status(succeeded: 0, fractionDone: 0), status(succeeded: 500, fractionDone: 0.25),
        ])
        #expect(line == "Rows: 500 (25 %), 500/s, 3.0 s left")
    }

    @Test func aRunThatStandsStillPromisesNothing() {
        let line = text([status(succeeded: 5, total: 10), status(succeeded: 5, total: 10)])
        #expect(line == "Rows: 5/10, 0.0/s")
    }

    @Test func whatAnEarlierProcessDidIsNoSpeed() {
        var line = ProgressLine()
        line.update([], at: 0)
        line.update([status(succeeded: 9_000)], at: 1000)
        line.update([status(succeeded: 9_100)], at: 2000)
        #expect(line.itemsPerSecond == 100)
    }
}
