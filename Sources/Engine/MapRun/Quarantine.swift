import Journal
import StatesLanguage
import Synchronization

/// Watches the items of one Map Run: one that ends its worker or times out so and so often in all,
/// over retries, resumes and redrives, is set aside, and so is one that is in flight so often when
/// maprun dies. The two are counted apart, as the second is certain only of one that was alone.
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
            let wasAlone = dead.count == 1 && dead.contains(item)
            if before.setAside.contains(item) || (wasAlone && held.crashes >= rule.limit) {
                condemned[item] = Self.fault(held, limit: rule.limit)
                note(StrikeBook.note(item, held, isSetAside: true))
            } else if held.crashes >= max(1, rule.limit - 1) {
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
        let isTooMany = held.ofItsOwn >= limit
        note(StrikeBook.note(item, held, isSetAside: isTooMany))
        return isTooMany ? Self.fault(held, limit: limit) : nil
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

    /// The fault in words that depend on the item alone: how many deaths of maprun there were
    /// while it was in flight, beyond those that were needed, is also a matter of its neighbours.
    private static func fault(_ held: StrikeBook.Strikes, limit: Int) -> StateFault {
        var reasons: [String] = []
        if held.ofItsOwn >= limit {
            if held.exits > 0 { reasons.append("ended its worker \(times(held.exits))") }
            if held.timeouts > 0 { reasons.append("timed out \(times(held.timeouts))") }
        } else {
            reasons.append("was in flight at least \(times(limit)) when maprun died")
        }
        return StateFault(
            error: error,
            cause: "the item \(reasons.joined(separator: " and ")) and is set aside; let it run "
                + "again with `maprun quarantine RUN --release`", origin: .service)
    }

    private static func times(_ count: Int) -> String {
        switch count {
        case 1: "once"
        case 2: "twice"
        default: "\(count) times"
        }
    }
}

extension StrikeBook.Strikes {
    /// What nobody else in flight can have done.
    fileprivate var ofItsOwn: Int { exits + timeouts }
}
