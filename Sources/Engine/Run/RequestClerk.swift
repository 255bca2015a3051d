import Journal
import Scheduling
import Synchronization

/// Does what other processes ask of the one that works on a run.
public final class RequestClerk: Sendable {
    private let run: Run
    private let desk: ControlDesk?
    private let owner: Int
    private let requests = Mutex(Requests())

    private struct Requests {
        /// Those that are being done, by name.
        var begun = Set<String>()
        /// How often a Map Run was looked for that is not there yet.
        var misses: [String: Int] = [:]
    }

    /// A process that has just begun may not have come to its Map Run yet.
    private static let looksForMapRun = 10

    /// A clerk for requests to this process; answers that nobody has fetched are removed.
    public init(_ run: Run) throws(RunError) {
        self.run = run
        owner = run.owner?.number ?? 0
        desk = run.directory.map { ControlDesk($0.path) }
        try desk?.prepare()
    }

    /// Looks for requests and does them; to be called a few times a second. One that cannot be
    /// read now is there the next time.
    public func look() {
        guard let desk, let found = try? desk.requests(to: owner) else { return }
        for (name, request) in found where begin(name) {
            take(request, name) { answer in
                // Whoever has asked finds out that there is no answer.
                try? desk.answer(name, answer)
            }
        }
    }

    private func begin(_ name: String) -> Bool {
        requests.withLock { $0.begun.insert(name).inserted }
    }

    private func take(
        _ request: ControlRequest, _ name: String,
        answer: @escaping @Sendable (ControlAnswer) -> Void
    ) {
        switch request.action {
        case .update(let update, let map):
            guard !run.mapRuns.update(update, of: map, done: answer) else { return }
            let isHopeless = requests.withLock { requests in
                requests.misses[name, default: 0] += 1
                guard requests.misses[name, default: 0] < Self.looksForMapRun else { return true }
                requests.begun.remove(name)
                return false
            }
            guard isHopeless else { return }
            answer(.refused("no Map Run\(map.map { " '\($0)'" } ?? "") is running now"))
        case .pace(let text):
            let rate = text.flatMap(Rate.init(parsing:))
            if let text, rate == nil { return answer(.refused("'\(text)' is no rate")) }
            run.change(to: rate) { answer(.done) }
        case .stop(let error, let cause):
            run.stop(error: error, cause: cause)
            answer(.done)
        }
    }
}
