import JSON
import Testing

/// Runs AWS's recorded executions and compares: outcome, cause and events, each by itself.
@Suite(
    .enabled(if: ConformanceCase.folder != nil, "MAPRUN_CONFORMANCE names no folder of cases"),
    .serialized)
struct ExecutionConformanceTests {
    @Test func noCaseIsLeftOutSilently() { #expect(ConformanceCase.strays() == []) }

    @Test func executionsEndAsOnAWS() throws {
        var tally = ConformanceTally(kinds: ["outcome", "cause", "events", "details"])
        for one in ConformanceCase.all(kind: "execution") {
            if let obstacle = one.obstacle {
                tally.skip(one, because: obstacle)
                continue
            }
            let answer = one.run()
            let judge = Judge(one, answer)
            let order = one.value["events_order"]?.string
            tally.note(
                one,
                [
                    judge.isSameOutcome, judge.isSameCause, judge.areSameEvents(order: order),
                    judge.areSameDetails(order: order),
                ], answer)
        }
        tally.finish()
        #expect(tally.unknownFailures == [])
        #expect(tally.passingKnownFailures == [])
    }
}
