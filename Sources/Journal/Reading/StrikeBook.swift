import JSON

/// What items of a Map Run did to those that worked on them, as far as that is watched: how often
/// they ended their worker, timed out, or were in flight when maprun itself died, and which of
/// them were set aside for it.
///
/// Its size depends on how scattered those items are, not on how many there are.
public struct StrikeBook: Sendable, Equatable {
    /// What can be held against an item.
    public enum Kind: String, Sendable, CaseIterable {
        /// The process of its task ended while it worked on the item.
        case exit
        /// Its task, or itself, took too long.
        case timeout
        /// It was in flight when maprun died.
        case crash
    }

    /// What is held against one item.
    public struct Strikes: Sendable, Equatable {
        public var exits = 0
        public var timeouts = 0
        public var crashes = 0

        /// Nothing, unless it is given.
        public init(exits: Int = 0, timeouts: Int = 0, crashes: Int = 0) {
            (self.exits, self.timeouts, self.crashes) = (exits, timeouts, crashes)
        }

        /// How often it was noticed in all.
        public var count: Int { exits + timeouts + crashes }

        /// How often it was noticed in this way.
        public subscript(kind: Kind) -> Int {
            get {
                switch kind {
                case .exit: exits
                case .timeout: timeouts
                case .crash: crashes
                }
            }
            set {
                switch kind {
                case .exit: exits = newValue
                case .timeout: timeouts = newValue
                case .crash: crashes = newValue
                }
            }
        }
    }

    /// The items that were noticed at least 1, 2, … times in each way.
    var levels: [Kind: [ItemSet]] = [:]
    /// The items that are set aside: a redrive leaves them alone.
    public internal(set) var setAside = ItemSet()
    /// Those that were and are no longer: the next process runs them again.
    public internal(set) var released = ItemSet()
    /// The last process that watched: the number of its claim on the run, and where it began.
    var watch: Watch?

    struct Watch: Sendable, Equatable {
        var claim: Int
        var position: JournalPosition
    }

    /// An empty book.
    public init() {}

    /// Whether nothing was ever noticed.
    public var isEmpty: Bool {
        levels.isEmpty && setAside.count == 0 && released.count == 0 && watch == nil
    }

    /// What is held against an item.
    public func strikes(_ item: Int) -> Strikes {
        var strikes = Strikes()
        for (kind, sets) in levels {
            strikes[kind] = sets.prefix { $0.contains(item) }.count
        }
        return strikes
    }

    mutating func set(_ item: Int, _ strikes: Strikes) {
        for kind in Kind.allCases {
            var sets = levels[kind] ?? []
            while sets.count < strikes[kind] { sets.append(ItemSet()) }
            for level in sets.indices {
                if level < strikes[kind] {
                    sets[level].insert(item)
                } else {
                    sets[level].remove(item)
                }
            }
            if !sets.isEmpty { levels[kind] = sets }
        }
    }

    /// A batch has been split: its halves are others.
    mutating func acquit(_ item: Int) {
        set(item, Strikes())
        setAside.remove(item)
    }

    /// The item has been reopened, as it was released.
    mutating func reopened(_ item: Int) { released.remove(item) }
}

// MARK: - Notes

extension StrikeBook {
    /// The kind of notes that say what is held against an item.
    public static let strikesKind: Text = "strikes"
    /// The kind of notes with which a process begins to watch.
    public static let watchKind: Text = "watch"

    /// The note that this much is held against an item.
    public static func note(_ item: Int, _ strikes: Strikes, isSetAside: Bool) -> Note {
        var object = ObjectValue([Member("item", .int(item))])
        for kind in Kind.allCases where strikes[kind] > 0 {
            object[Key(kind.rawValue)] = .int(strikes[kind])
        }
        if isSetAside { object["setAside"] = true }
        return Note(kind: strikesKind, payload: .object(object))
    }

    /// The note that an item that was set aside is to run again, with nothing held against it.
    public static func release(_ item: Int) -> Note {
        Note(kind: strikesKind, payload: ["item": .int(item), "released": true])
    }

    /// The note that the process with this claim watches from here on, and which items were in
    /// flight when the one before it died.
    public static func watch(claim: Int, died: [Int]) -> Note {
        Note(
            kind: watchKind,
            payload: ["claim": .int(claim), "died": .array(died.map { .int($0) })])
    }

    /// Takes in a note; false if it is none of these.
    mutating func apply(_ note: Note, at position: JournalPosition) -> Bool {
        switch note.kind {
        case Self.strikesKind: apply(strikes: note.payload)
        case Self.watchKind: apply(watch: note.payload, position)
        default: return false
        }
        return true
    }

    private mutating func apply(strikes payload: Value) {
        guard let item = payload["item"]?.number?.int, item >= 0 else { return }
        var strikes = Strikes()
        for kind in Kind.allCases { strikes[kind] = payload[Key(kind.rawValue)]?.number?.int ?? 0 }
        set(item, strikes)
        if payload["setAside"] == true {
            setAside.insert(item)
        } else {
            setAside.remove(item)
        }
        if payload["released"] == true {
            released.insert(item)
        } else {
            released.remove(item)
        }
    }

    private mutating func apply(watch payload: Value, _ position: JournalPosition) {
        for value in payload["died"]?.array?.elements ?? [] {
            guard let item = value.number?.int, item >= 0 else { continue }
            var strikes = strikes(item)
            strikes.crashes += 1
            set(item, strikes)
        }
        watch = Watch(claim: payload["claim"]?.number?.int ?? 0, position: position)
    }
}

extension MapRunState {
    /// The items that were in flight when the process with the claim before this one died.
    public func inFlight(beforeClaim claim: Int) -> [Int] {
        // A process that watched and was not the last has had its dead counted already.
        if let watch = strikes.watch, watch.claim != claim - 1 { return [] }
        let begin = strikes.watch?.position ?? .start
        return traces.filter { ($0.value.started ?? .start) > begin }.map(\.key).sorted()
    }
}
