import MaprunTesting
import Scheduling
import Synchronization
import Testing

@Suite struct CallGateTests {
    private let scheduler = VirtualScheduler(now: 0)

    /// When calls passed, in milliseconds.
    private final class Passed: Sendable {
        let times = Mutex([Int]())
        func note(_ time: Int) { times.withLock { $0.append(time) } }
        var all: [Int] { times.withLock { $0 } }
    }

    private func ask(
        _ count: Int, _ gate: CallGate, _ passed: Passed = Passed()
    ) -> (passed: Passed, tickets: [CallTicket]) {
        let tickets = (0..<count).map { _ in
            let ticket = gate.ask { passed.note(scheduler.now) }
            if ticket.isGranted { passed.note(scheduler.now) }
            return ticket
        }
        return (passed, tickets)
    }

    @Test(
        arguments: [
            ("50/s", "50/s"), ("10/m", "10/m"), ("0.5/h", "0.5/h"), ("2.0/s", "2/s"), ("50", nil),
            ("50/d", nil), ("-1/s", nil), ("0/s", nil), ("inf/s", nil), ("1e3/s", nil), ("/s", nil),
            ("5/s/s", nil), ("", nil),
        ] as [(String, String?)])
    func readsRates(text: String, read: String?) {
        #expect(Rate(parsing: text)?.text == read)
    }

    @Test func callsStartEvenlyAndInOrder() {
        let gate = CallGate(scheduler, rate: Rate(50, per: .second))
        let (passed, _) = ask(101, gate)
        #expect(passed.all == [0])
        #expect(gate.waitingCount == 100)
        scheduler.run()
        #expect(passed.all == (0...100).map { $0 * 20 })
        #expect(gate.waitingCount == 0)
    }

    @Test func aRateOfManyCallsInEachMillisecondIsReached() {
        let gate = CallGate(scheduler, rate: Rate(20_000, per: .second))
        let (passed, _) = ask(40_001, gate)
        scheduler.run()
        #expect(passed.all.last == 2000)
        for second in 0..<2 {
            let within = passed.all.count { $0 / 1000 == second }
            #expect((19_980...20_020).contains(within))
        }
    }

    @Test func whatNobodyUsedIsNotSavedUp() {
        let gate = CallGate(scheduler, rate: Rate(10, per: .second))
        scheduler.wake(at: 60_000) {}
        scheduler.run()
        let (passed, _) = ask(3, gate)
        scheduler.run()
        #expect(passed.all == [60_000, 60_100, 60_200])
    }

    @Test func aCallThatIsGivenUpWhileItWaitsCostsNothing() {
        let gate = CallGate(scheduler, rate: Rate(1, per: .second))
        let (passed, tickets) = ask(4, gate)
        tickets[1].giveBack()
        tickets[2].giveBack()
        #expect(gate.waitingCount == 1)
        scheduler.run()
        #expect(passed.all == [0, 1000])
    }

    @Test func aChangeHoldsForCallsThatWait() {
        let gate = CallGate(scheduler, rate: Rate(1, per: .hour))
        let (passed, _) = ask(5, gate)
        scheduler.wake(at: 5000) { gate.rate = Rate(2, per: .second) }
        scheduler.wake(at: 6200) { gate.rate = nil }
        scheduler.run(until: 10_000)
        #expect(passed.all == [0, 5000, 5500, 6000, 6200])
        #expect(!gate.isLimited)
    }

    @Test func aLongQueueTakesNoMoreMemoryThanCallsThatWait() {
        let gate = CallGate(scheduler, rate: Rate(1000, per: .second))
        let passed = Passed()
        for time in 0..<50_000 {
            scheduler.wake(at: time) { _ = ask(1, gate, passed) }
        }
        _ = ask(10, gate, passed)
        scheduler.run()
        #expect(passed.all.count == 50_010)
        #expect(gate.queueLength < 20_000)
    }

    @Test func nothingStartsBeforeAServersWishAndThenOneByOne() {
        let gate = CallGate(scheduler)
        let (_, first) = ask(8, gate)
        let passed = Passed()
        gate.holdBack(until: 5000)
        gate.holdBack(until: 3000)
        let waiting = (0..<6).map { _ in gate.ask { passed.note(scheduler.now) } }
        for ticket in first { ticket.giveBack() }
        scheduler.run()
        #expect(passed.all == [5000])
        gate.succeeded()
        waiting[0].giveBack()
        #expect(passed.all == [5000, 5000, 5000])
        // What failed says nothing against the size, and gives its place to the next.
        waiting[1].giveBack()
        waiting[1].giveBack()
        #expect(passed.all.count == 4)
    }

    @Test func onlyOneOfManyRefusalsAtOnceCounts() {
        let gate = CallGate(scheduler)
        let (_, first) = ask(8, gate)
        let passed = Passed()
        let waiting = (0..<8).map { _ in gate.ask { passed.note(scheduler.now) } }
        #expect(waiting.count { $0.isGranted } == 8)
        for _ in first { gate.holdBack(until: nil) }
        for ticket in first + waiting { ticket.giveBack() }
        let next = (0..<20).map { _ in gate.ask { passed.note(scheduler.now) } }
        #expect(next.count { $0.isGranted } == 8)
    }

    @Test func noMoreThanTheMostAreUnderWay() {
        let gate = CallGate(scheduler, most: 2)
        let (passed, tickets) = ask(5, gate)
        #expect(passed.all.count == 2)
        for _ in 0..<10 { gate.succeeded() }
        tickets[0].giveBack()
        #expect(passed.all.count == 3)
        tickets[3].giveBack()
        tickets[1].giveBack()
        #expect(passed.all.count == 4)
        #expect(tickets[4].isGranted)
        #expect(gate.waitingCount == 0)
    }
}
