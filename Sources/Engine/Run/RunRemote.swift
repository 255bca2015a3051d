import Journal
import StatesLanguage

#if canImport(Glibc)
import Glibc
#endif

/// Works on a run from another process than the one that carries it through: by leaving requests
/// for that one or, where none works on it, by doing the thing itself.
public struct RunRemote: Sendable {
    /// What became of a change.
    public enum Change: Sendable, Equatable {
        /// The process that works on the run has taken it over.
        case taken(holder: String)
        /// No process works on the run; the next one starts with it. `diedMeanwhile` tells which
        /// one had been asked and died before it answered.
        case kept(diedMeanwhile: String?)
        case refused(String)
    }

    /// Why a run cannot be stopped, or how it was.
    public enum Stop: Sendable, Equatable {
        /// It had ended before anybody asked.
        case hadEnded(ExecutionOutcome.Status)
        /// It has ended now.
        case ended(ExecutionOutcome.Status)
        /// No process works on it.
        case isIdle(diedMeanwhile: String?)
    }

    let directory: RunDirectory
    private let durability: Durability
    private let desk: ControlDesk
    private let patience: Double
    private let now: @Sendable () -> Int

    /// Waits at the most `patience` seconds for an answer; `now` is in milliseconds since 1970.
    public init(
        _ directory: RunDirectory, durability: Durability, patience: Double,
        now: @escaping @Sendable () -> Int
    ) {
        self.directory = directory
        self.durability = durability
        self.patience = patience
        self.now = now
        desk = ControlDesk(directory.path)
    }

    // MARK: - Changing a Map Run

    /// Changes concurrency and tolerance of a Map Run, by its folder's name; nil is the only one
    /// that has not ended.
    public func update(_ update: MapRunUpdate, map: String?) throws(RunError) -> Change {
        var died: String?
        while true {
            let history = try ExecutionHistory.read(directory.journalPath)
            let record: MapRunRecord
            switch try choose(map, history) {
            case .failure(let refusal): return .refused(refusal.reason)
            case .success(let chosen): record = chosen
            }
            guard let (number, holder) = try RunOwner.holding(of: directory.path) else {
                guard try keep(update, for: record) else { continue }
                return .kept(diedMeanwhile: died)
            }
            let request = ControlRequest(.update(update, map: record.name), owner: number)
            switch try ask(request, holder) {
            case .done: return .taken(holder: holder)
            case .refused(let reason): return .refused(reason)
            case nil: died = holder
            }
        }
    }

    private struct Refusal: Error { var reason: String }

    private func choose(
        _ map: String?, _ history: ExecutionHistory
    ) throws(RunError) -> Result<MapRunRecord, Refusal> {
        let records = try MapRunRecord.all(in: directory, history)
        let named = records.filter { map == nil || $0.path == directory.mapPath(map ?? "") }
        let going = named.filter { $0.phase == nil }
        if going.count == 1, let record = going.first { return .success(record) }
        let names = (named.isEmpty ? records : named).map { "'\($0.name)'" }
        let list = names.isEmpty ? "none" : names.joined(separator: ", ")
        if going.count > 1 {
            return .failure(
                Refusal(reason: "several Map Runs go on; choose one with --map: \(list)"))
        }
        guard let ended = named.last else {
            let name = map.map { " '\($0)'" } ?? ""
            return .failure(
                Refusal(reason: "there is no Map Run\(name) yet; the run has \(list)"))
        }
        let status = ended.phase.map(\.rawValue) ?? ""
        return .failure(
            Refusal(
                reason: "CANNOT_UPDATE_COMPLETED_MAP_RUN: Map Run '\(ended.name)' has ended: "
                    + "\(status); maprun redrive runs again what failed"))
    }

    /// Notes the change in the Map Run's journal, as the only process at the run; false if another
    /// was faster.
    private func keep(
        _ update: MapRunUpdate, for record: MapRunRecord
    ) throws(RunError) -> Bool {
        try alone { () throws(RunError) in
            // The one that has just let go may have come to the end.
            let history = try ExecutionHistory.read(directory.journalPath)
            let records = try MapRunRecord.all(in: directory, history)
            guard records.contains(where: { $0.path == record.path && $0.phase == nil }) else {
                return false
            }
            try MapRunNoting.append(
                Note(kind: MapRunUpdate.noteKind, payload: update.value), to: record.path,
                run: directory.id, options: journalOptions)
            return true
        }
    }

    /// Does something as the only process at the run; false if another was faster.
    func alone(_ body: () throws(RunError) -> Bool) throws(RunError) -> Bool {
        let owner: RunOwner
        do throws(RunError) {
            owner = try RunOwner(directory.path)
        } catch {
            if error.code == .inUse { return false }
            throw error
        }
        let isDone: Bool
        do throws(RunError) {
            isDone = try body()
        } catch {
            try owner.release()
            throw error
        }
        try owner.release()
        return isDone
    }

    var journalOptions: JournalOptions {
        var options = JournalOptions()
        options.durability = durability
        return options
    }

    // MARK: - Stopping

    /// Asks the process that works on the run to end it as aborted, and waits until it has.
    public func stop(error: String?, cause: String?) throws(RunError) -> Stop {
        var died: String?
        var hasAsked = false
        while true {
            // In this order: a process lets go of the run after it has written the outcome.
            let holding = try RunOwner.holding(of: directory.path)
            let history = try ExecutionHistory.read(directory.journalPath)
            if let outcome = history.outcome, holding == nil || !hasAsked {
                let status = ExecutionOutcome.Status(outcome.status)
                return hasAsked ? .ended(status) : .hadEnded(status)
            }
            guard let (number, holder) = holding else { return .isIdle(diedMeanwhile: died) }
            let request = ControlRequest(.stop(error: error, cause: cause), owner: number)
            let answer = try ask(request, holder)
            hasAsked = hasAsked || answer != nil
            died = holder
            waitUntilGone(number)
        }
    }

    private func waitUntilGone(_ number: Int) {
        while (try? RunOwner.holding(of: directory.path))??.number == number { pause() }
    }

    // MARK: - Asking

    /// Leaves a request and waits for the answer; nil if the process asked has gone.
    func ask(
        _ request: ControlRequest, _ holder: String
    ) throws(RunError) -> ControlAnswer? {
        let start = now()
        let name = try desk.submit(request, time: start)
        defer { desk.withdraw(name) }
        while true {
            // In this order: a process may answer and then let go of the run.
            let isThere = try RunOwner.holding(of: directory.path)?.number == request.owner
            if let answer = try desk.answer(to: name) { return answer }
            guard isThere else { return nil }
            guard Double(now() - start) < patience * 1000 else {
                throw RunError(
                    .system,
                    "\(holder) has not answered for \(Int(patience)) s, and nothing was changed; "
                        + "see whether it still works with `maprun status \(directory.id)`, or wait "
                        + "longer with --timeout", path: directory.path)
            }
            pause()
        }
    }

    private func pause() { usleep(20_000) }
}
