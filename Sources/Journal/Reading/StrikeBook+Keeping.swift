import JSON

/// How checkpoints and rebased journals keep what is held against items.
extension StrikeBook {
    /// The JSON part; null where nothing was ever noticed.
    var head: Value {
        guard !isEmpty else { return .null }
        var object = ObjectValue()
        for kind in Kind.allCases { object[Key(kind.rawValue)] = .int(levels[kind]?.count ?? 0) }
        if let watch {
            object["claim"] = .int(watch.claim)
            object["position"] = .int(watch.position.int)
        }
        return .object(object)
    }

    /// Appends the sets that `head` announces: the levels of each kind, then those set aside and
    /// those released.
    func writeSets(to buffer: inout ByteBuffer) {
        guard !isEmpty else { return }
        for kind in Kind.allCases {
            for set in levels[kind] ?? [] { set.write(to: &buffer) }
        }
        setAside.write(to: &buffer)
        released.write(to: &buffer)
    }

    /// Reads what `head` and `writeSets` have written; nil if it is not that.
    init?(_ head: Value, _ payload: UnsafeRawBufferPointer, _ offset: inout Int) {
        for kind in Kind.allCases {
            var sets: [ItemSet] = []
            for _ in 0..<(head[Key(kind.rawValue)]?.number?.int ?? 0) {
                guard let set = ItemSet.read(payload, &offset) else { return nil }
                sets.append(set)
            }
            if !sets.isEmpty { levels[kind] = sets }
        }
        guard let setAside = ItemSet.read(payload, &offset),
            let released = ItemSet.read(payload, &offset)
        else { return nil }
        self.setAside = setAside
        self.released = released
        guard let claim = head["claim"]?.number?.int, let place = head["position"]?.number?.int
        else { return }
        watch = Watch(claim: claim, position: JournalPosition(raw: UInt64(place)))
    }

    /// What is held against an item, as a note about the same item with another number.
    func note(of item: Int, as index: Int) -> Note? {
        let strikes = strikes(item)
        if released.contains(item) { return Self.release(index) }
        let isSetAside = setAside.contains(item)
        guard strikes.count > 0 || isSetAside else { return nil }
        return Self.note(index, strikes, isSetAside: isSetAside)
    }
}
