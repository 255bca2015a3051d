import Dispatch
import Scheduling
import Synchronization
import Testing

@Suite struct SchedulingTests {
    @Test func runsEveryJobOnceOnAtMostTheGivenWorkers() {
        let scheduler = DispatchScheduler(workerCount: 3)
        let done = DispatchSemaphore(value: 0)
        let probe = Probe(expected: 10_000) { done.signal() }
        for _ in 0..<10_000 { scheduler.enqueue(CountingJob(probe)) }
        done.wait()
        #expect(probe.finished == 10_000)
        #expect(probe.mostAtOnce <= 3)
    }

    /// Jobs that run for long, as the pumps of Map Runs do, must not end up in one worker's hands.
    @Test func jobsThatComeTogetherAreSharedOut() {
        for _ in 0..<20 {
            let scheduler = DispatchScheduler(workerCount: 2)
            let meeting = Meeting()
            for side in 0..<2 { scheduler.enqueue(MeetingJob(meeting, side: side)) }
            for _ in 0..<2 { meeting.left.wait() }
            #expect(meeting.met.withLock { $0 } == 2)
        }
    }

    @Test func wakesInOrderOfTimeAndNotWhenCancelled() {
        let scheduler = DispatchScheduler(workerCount: 1)
        let order = Mutex([Int]())
        let done = DispatchSemaphore(value: 0)
        let start = scheduler.now
        scheduler.wake(at: start + 30) {
            order.withLock { $0.append(3) }; done.signal()
        }
        scheduler.wake(at: start + 10) { order.withLock { $0.append(1) } }
        let cancelled = scheduler.wake(at: start + 20) { order.withLock { $0.append(2) } }
        cancelled.cancel()
        done.wait()
        #expect(order.withLock { $0 } == [1, 3])
        #expect(scheduler.now >= start + 30)
    }

    @Test func heapGivesTimersInOrderOfTimeThenAge() {
        var heap = TimerHeap<Int>()
        var random = SystemRandomNumberGenerator()
        let times = (0..<1000).map { _ in Int.random(in: 0..<50, using: &random) }
        for (index, time) in times.enumerated() { _ = heap.add(at: time, index) }
        let expected = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        #expect(heap.takeDue(at: 50) == expected)
        #expect(heap.nextTime() == nil)
    }
}

/// Where two jobs wait for each other; one that is left alone gives up in the end.
private final class Meeting: Sendable {
    let sides = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
    let left = DispatchSemaphore(value: 0)
    /// How many have met the other.
    let met = Mutex(0)
}

private final class MeetingJob: Job {
    private let meeting: Meeting
    private let side: Int

    init(_ meeting: Meeting, side: Int) {
        self.meeting = meeting
        self.side = side
    }

    func run() {
        meeting.sides[1 - side].signal()
        if meeting.sides[side].wait(timeout: .now() + 10) == .success {
            meeting.met.withLock { $0 += 1 }
        }
        meeting.left.signal()
    }
}

private final class Probe: Sendable {
    private let counts = Mutex((running: 0, most: 0, finished: 0))
    private let expected: Int
    private let whenDone: @Sendable () -> Void

    init(expected: Int, whenDone: @escaping @Sendable () -> Void) {
        self.expected = expected
        self.whenDone = whenDone
    }

    var finished: Int { counts.withLock { $0.finished } }
    var mostAtOnce: Int { counts.withLock { $0.most } }

    func enter() {
        counts.withLock {
            $0.running += 1
            $0.most = max($0.most, $0.running)
        }
    }

    func leave() {
        let isLast = counts.withLock {
            $0.running -= 1
            $0.finished += 1
            return $0.finished == expected
        }
        if isLast { whenDone() }
    }
}

private final class CountingJob: Job {
    private let probe: Probe
    init(_ probe: Probe) { self.probe = probe }
    func run() {
        probe.enter()
        probe.leave()
    }
}
