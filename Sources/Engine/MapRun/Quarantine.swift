import Journal
import StatesLanguage
import Synchronization

/// Watches the items of one Map Run: one that ends its worker, times out, or is in flight when
/// maprun dies, so and so often in all, over retries, resumes and redrives, is set aside.
final class Quarantine: Sendable {
    /// When items are set aside, and what is known of the process before this one.
    struct Rule: Sendable {
        /// How often something has to be held against an item.
        var limit: Int
        /// The number of this process's claim on the run.
        var claim = 1
        /// Whether the process before this one died without having been asked to end.
        var hasDied = false
    }

    /// The error's name of items that are set aside.
    static let error = "Maprun.Quarantined"

    let limit: Int
    /// Items that were set aside before they could be started, and why.
    private let condemned: Mutex<[Int: StateFault]>
    /// Items of which one more death of maprun would be enough, while others are in flight with
    /// them: they run one at a time, so that the innocent among them come to their ends.
    let suspects: Set<Int>
    private let before: StrikeBook
    /// What was noticed of items in flight.
    private let strikes = Mutex<[Int: StrikeBook.Strikes]>([:])
    private let note: @Sendable (Note) -> Void

    /// Looks at what earlier processes have left; `note` adds to the journal.
    init(
        _ rule: Rule, _ recovered: MapRunState, note: @escaping @Sendable (Note) -> Void
    ) {
        limit = rule.limit
        self.note = note
        let died = rule.hasDied ? recovered.inFlight(beforeClaim: rule.claim) : []
        note(StrikeBook.watch(claim: rule.claim, died: died))
        before = recovered.strikes
        let dead = Set(died)
        var condemned: [Int: StateFault] = [:]
        var suspects: Set<Int> = []
        for item in Set(recovered.unfinished).union(before.setAside.items)
        where !recovered.finished.contains(item) {
            var held = before.strikes(item)
            if dead.contains(item) { held.crashes += 1 }
            let isSure = before.setAside.contains(item) || (dead.count == 1 && dead.contains(item))
            if isSure, held.count >= rule.limit {
                condemned[item] = Self.fault(held)
                note(StrikeBook.note(item, held, isSetAside: true))
            } else if held.crashes > 0, held.count >= rule.limit - 1 {
                suspects.insert(item)
            }
            if dead.contains(item) { strikes.withLock { $0[item] = held } }
        }
        self.condemned = Mutex(condemned)
        self.suspects = suspects
    }

    /// Holds it against an item that its task ended so; gives the fault with which the item is set
    /// aside if that was once too often.
    func verdict(_ result: OutsideResult, of item: Int?) -> StateFault? {
        guard case .task(.failure(let fault)) = result, let loss = fault.loss else { return nil }
        return strike(loss == .worker ? .exit : .timeout, item)
    }

    /// Holds something against an item; gives the fault with which it is set aside if that was once
    /// too often.
    func strike(_ kind: StrikeBook.Kind, _ item: Int?) -> StateFault? {
        guard let item else { return nil }
        let held = strikes.withLock { strikes in
            strikes[item, default: before.strikes(item)][kind] += 1
            return strikes[item] ?? StrikeBook.Strikes()
        }
        let isTooMany = held.count >= limit
        note(StrikeBook.note(item, held, isSetAside: isTooMany))
        return isTooMany ? Self.fault(held) : nil
    }

    /// Why an item is set aside that must not be started; asked once.
    func takeCondemned(_ item: Int) -> StateFault? {
        condemned.withLock { $0.isEmpty ? nil : $0.removeValue(forKey: item) }
    }

    /// A batch is split, so that nothing is known of its first half, which has the same number.
    func acquit(_ item: Int) { strikes.withLock { $0[item] = StrikeBook.Strikes() } }

    /// The item has ended.
    func forget(_ item: Int) {
        // What earlier processes held against it may hold no longer.
        guard before.strikes(item).count == 0 else { return }
        strikes.withLock { _ = $0.removeValue(forKey: item) }
    }

    private static func fault(_ held: StrikeBook.Strikes) -> StateFault {
        var reasons: [String] = []
        if held.exits > 0 { reasons.append("ended its worker \(times(held.exits))") }
        if held.timeouts > 0 { reasons.append("timed out \(times(held.timeouts))") }
        if held.crashes > 0 {
            reasons.append("was in flight \(times(held.crashes)) when maprun died")
        }
        return StateFault(
            error: error,
            cause: "the item \(reasons.joined(separator: ", ")) and is set aside; let it run again "
                + "with `maprun quarantine RUN --release`", origin: .service)
    }

    private static func times(_ count: Int) -> String {
        switch count {
        case 1: "once"
        case 2: "twice"
        default: "\(count) times"
        }
    }
}
