import MaprunTesting
import Scheduling
import Synchronization
import Testing

/// The finder against servers that are made of a few numbers, on virtual time.
@Suite struct ConcurrencyFinderTests {
    /// Serves so many calls at a time; others wait. With `decay` it gets slower the more wait.
    private struct Server {
        var slots: Int
        var milliseconds: Int
        var decay = 0.0
        /// More under way than this are refused.
        var most = Int.max
    }

    /// Limits over time, and how many calls were answered.
    private func limits(
        _ server: Server, calls: Int, from start: Int = 4, most: Int = 10_000,
        changes: [Int: Server] = [:]
    ) -> (limits: [Int], milliseconds: Int) {
        let scheduler = VirtualScheduler(now: 0)
        let load = Load(server, ConcurrencyFinder(from: start, most: most), scheduler, calls)
        for (time, other) in changes { scheduler.wake(at: time) { load.change(to: other) } }
        load.fill()
        scheduler.run()
        return (load.limits, scheduler.now)
    }

    /// Keeps as many calls under way as the finder says.
    private final class Load: Sendable {
        private struct State {
            var server: Server
            var finder: ConcurrencyFinder
            var left: Int
            var inFlight = 0
            var busy = 0
            var queue: [Int] = []
            var limits: [Int] = []
        }
        private let state: Mutex<State>
        private let scheduler: VirtualScheduler

        init(
            _ server: Server, _ finder: ConcurrencyFinder, _ scheduler: VirtualScheduler,
            _ calls: Int
        ) {
            state = Mutex(State(server: server, finder: finder, left: calls))
            self.scheduler = scheduler
        }

        var limits: [Int] { state.withLock { $0.limits } }
        func change(to server: Server) { state.withLock { $0.server = server } }

        func fill() {
            state.withLock { state in
                while state.inFlight < state.finder.limit, state.left > 0 {
                    state.left -= 1
                    state.inFlight += 1
                    if state.inFlight > state.server.most {
                        answer(scheduler.now, after: 1, refused: true)
                    } else {
                        state.queue.append(scheduler.now)
                    }
                }
                serve(&state)
            }
        }

        private func serve(_ state: inout State) {
            while state.busy < state.server.slots, !state.queue.isEmpty {
                state.busy += 1
                let slower = 1 + state.server.decay * Double(state.queue.count)
                answer(
                    state.queue.removeFirst(),
                    after: Int(Double(state.server.milliseconds) * slower), refused: false)
            }
        }

        private func answer(_ began: Int, after delay: Int, refused: Bool) {
            scheduler.wake(at: scheduler.now + delay) { [self] in
                state.withLock { state in
                    if !refused { state.busy -= 1 }
                    state.finder.callEnded(
                        at: scheduler.now, milliseconds: scheduler.now - began,
                        inFlight: state.inFlight, wasRefused: refused)
                    state.inFlight -= 1
                    state.limits.append(state.finder.limit)
                }
                fill()
            }
        }
    }

    @Test(arguments: [1, 3, 10, 100])
    func findsTheKnee(slots: Int) {
        let found = limits(Server(slots: slots, milliseconds: 100), calls: 200 * slots + 500)
        let late = found.limits.suffix(found.limits.count / 2)
        let mean = Double(late.reduce(0, +)) / Double(late.count)
        let wanted = Double(slots) * 0.9...Double(slots) * 1.4 + 1
        #expect(wanted.contains(mean), "\(Self.changes(found.limits))")
        // Nearly as fast as if the knee were known.
        let best = (200 * slots + 500) * 100 / slots
        #expect(Double(found.milliseconds) < Double(best) * 1.15)
    }

    /// Each limit with how many calls it lasted.
    private static func changes(_ limits: [Int]) -> String {
        var parts: [(limit: Int, count: Int)] = []
        for limit in limits {
            if parts.last?.limit == limit {
                parts[parts.count - 1].count += 1
            } else {
                parts.append((limit, 1))
            }
        }
        return parts.map { "\($0.limit)×\($0.count)" }.joined(separator: " ")
    }

    @Test func goesUpToTheBoundWhereNothingHoldsItBack() {
        let found = limits(Server(slots: 100_000, milliseconds: 50), calls: 20_000, most: 300)
        #expect(found.limits.last == 300)
        #expect(found.limits.max() == 300)
    }

    @Test func comesBackFromWhereMoreIsLess() {
        let found = limits(
            Server(slots: 8, milliseconds: 20, decay: 0.1), calls: 10_000, from: 64)
        let late = found.limits.suffix(5000)
        #expect(late.reduce(0, +) / late.count < 20)
    }

    @Test func refusalsHalveIt() {
        let found = limits(
            Server(slots: 100, milliseconds: 20, most: 30), calls: 20_000, from: 16)
        let late = found.limits.suffix(10_000)
        #expect((late.max() ?? 0) <= 64)
        #expect(late.reduce(0, +) / late.count <= 36)
    }

    @Test func followsAServerThatChanges() {
        let found = limits(
            Server(slots: 4, milliseconds: 20), calls: 30_000,
            changes: [20_000: Server(slots: 40, milliseconds: 20)])
        let early = found.limits[2000..<3500]
        #expect(early.reduce(0, +) / early.count <= 8)
        let late = found.limits.suffix(5000)
        #expect(late.reduce(0, +) / late.count >= 34)
    }

    @Test func isTheSameEachTime() {
        let server = Server(slots: 7, milliseconds: 13, decay: 0.05)
        #expect(
            limits(server, calls: 3000).limits == limits(server, calls: 3000).limits)
    }

    @Test func theBoundCanBeLowered() {
        var finder = ConcurrencyFinder(from: 8, most: 10)
        finder.most = 3
        #expect(finder.limit == 3)
        #expect(ConcurrencyFinder(from: 8, most: 2).limit == 2)
    }
}
