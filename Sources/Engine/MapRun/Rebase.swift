import JSON
import Journal
import Records
import StatesLanguage

/// What a changed input means for a Map Run: told before anything runs.
public struct RebaseCounts: Sendable, Equatable {
    /// Items with an outcome that keep it, wherever they stand now.
    public var kept = 0
    /// How many of those stand elsewhere.
    public var moved = 0
    /// Items that had begun, or whose outcome a redrive has made void: they continue.
    public var continued = 0
    /// Items whose content is another: they run again and what they had is dropped.
    public var changed = 0
    /// Items that are not known.
    public var new = 0
    /// Items that are no longer there, whose outcomes are dropped.
    public var vanished = 0
    /// Whether every item before the change had its outcome, so that new ones are really new.
    public var wasComplete = true

    /// The counts in words.
    public var description: String {
        var parts = ["\(kept) kept" + (moved > 0 ? " (\(moved) of them moved)" : "")]
        if continued > 0 { parts.append("\(continued) run again") }
        parts.append("\(changed) changed")
        parts.append("\(new) \(wasComplete ? "new" : "new or not yet run")")
        parts.append("\(vanished) vanished")
        return parts.joined(separator: ", ")
    }

    /// The counts as JSON.
    public var value: Value {
        [
            "kept": .int(kept), "moved": .int(moved), "again": .int(continued),
            "changed": .int(changed), "new": .int(new), "vanished": .int(vanished),
        ]
    }
}

/// Finds the items of a Map Run again in an input that has changed since, and carries what is
/// known of them over to where they stand now.
struct Rebase {
    let request: MapRunRequest
    let machine: ExecutionFacts.Machine
    let folder: MapFolder
    let opening: ItemSourceOpening
    /// Whether an item that stands elsewhere is another one, as its selector looks at the index.
    var usesIndex = false
    /// When the change was noticed, in milliseconds since 1970.
    var now = 0

    /// What was found of every item of the new input.
    final class Matches {
        var counts = RebaseCounts()
        let known: KnownItems
        let kept: KeptItems
        var unmatched = ItemSet()
        /// Items whose content has changed, by their index now and by the one before.
        var changed = ItemSet()
        var changedItems = ItemSet()
        /// Those that were found by what they are known by.
        let changedFrom: KeptItems
        /// Whether there are no items any more.
        var isEmpty = true
        /// Whether everything known stands where it stood.
        var isInPlace = true

        init(_ known: KnownItems) throws(RunError) {
            self.known = known
            kept = try KeptItems(known)
            changedFrom = try KeptItems(known)
        }
    }

    /// Goes through the new input; nothing is written. `onFound` hears of what is known and the same,
    /// and where it stands now.
    func match(
        onFound: (KnownItems.Found, Int) throws(RunError) -> Void = { _, _ throws(RunError) in }
    ) throws(MapRunFailure) -> Matches {
        let matches: Matches
        do throws(RunError) {
            matches = try Matches(KnownItems(folder.path))
        } catch {
            throw .machine(error)
        }
        matches.counts.wasComplete = matches.known.isComplete
        // Where batches are split they are looked up as they were before that.
        let splits = matches.known.splits.map { _ in BatchSplits() }
        try forEachIdentity(splits) { (index, identity) throws(RunError) in
            matches.isEmpty = false
            if let found = try take(index, identity, into: matches) {
                try onFound(found, index)
            }
        }
        if case .reader(let reader) = request.items, matches.isEmpty, matches.known.count > 0,
            reader.resource.hasSuffix(":listObjectsV2")
        {
            let place = request.source + "/" + (reader.parameters["Prefix"]?.string ?? "")
            throw .reading(
                RecordsError(.notFound, file: place, "there is nothing there any more; put it back")
            )
        }
        matches.known.forEachUnused { item in
            matches.isInPlace = false
            if matches.unmatched.contains(item) {
                matches.counts.changed += 1
                matches.counts.new -= 1
                matches.changed.insert(item)
                matches.changedItems.insert(item)
            } else {
                matches.counts.vanished += 1
            }
        }
        return matches
    }

    private func take(
        _ index: Int, _ identity: ItemIdentity, into matches: Matches
    ) throws(RunError) -> KnownItems.Found? {
        guard
            let found = try matches.known.take(
                index, contentHash: identity.contentHash, key: identity.key)
        else {
            matches.counts.new += 1
            matches.unmatched.insert(index)
            return nil
        }
        guard found.isSame, !usesIndex || found.item == index else {
            matches.counts.changed += 1
            matches.changed.insert(index)
            matches.changedItems.insert(found.item)
            try matches.changedFrom.append(found, at: index)
            matches.isInPlace = false
            return nil
        }
        if found.item != index { matches.isInPlace = false }
        if found.isFinished {
            matches.counts.kept += 1
            if found.item != index { matches.counts.moved += 1 }
        } else {
            matches.counts.continued += 1
        }
        try matches.kept.append(found, at: index)
        return found
    }

    /// An input that cannot be read to its end leaves everything as it was.
    func forEachIdentity(
        _ splits: BatchSplits?,
        _ body: (Int, ItemIdentity) throws(RunError) -> Void
    ) throws(MapRunFailure) {
        let source = try mapping(MapRunFailure.reading) { () throws(RecordsError) in
            request.childSource(try opening.open(request), splits: splits)
        }
        while let block = try mapping(
            MapRunFailure.reading, { () throws(RecordsError) in try source.next() })
        {
            for offset in 0..<block.count {
                let identity = try mapping(MapRunFailure.reading) { () throws(RecordsError) in
                    try block.identity(at: offset)
                }
                try mapping(MapRunFailure.machine) { () throws(RunError) in
                    try body(block.firstIndex + offset, identity)
                }
            }
        }
    }

    /// Rebases the folder; where every item stands where it stood only `map.json` changes.
    func perform(
        run: String, options: JournalOptions, info: Value
    ) throws(MapRunFailure) -> RebaseCounts {
        let matches = try match()
        do throws(RunError) {
            if matches.isInPlace {
                try folder.write(info, flushing: options.durability != .write)
            } else {
                try requireNoNested()
                try write(matches, run, options, info)
            }
        } catch {
            throw .machine(error)
        }
        return matches.counts
    }

    private func write(
        _ matches: Matches, _ run: String, _ options: JournalOptions, _ info: Value
    ) throws(RunError) {
        var rebase = try MapRunRebase(matches.known, run: run, options: options)
        try rebase.keepVoidAttempts(of: matches.kept)
        let edits = try ItemEdits.read(folder.path)
        let draft = try edits.map { _ throws(RunError) in
            try FileDraft("\(rebase.directory)/\(ItemEdits.fileName)")
        }
        try matches.kept.forEach { (index, found) throws(RunError) in
            try rebase.keep(found, as: index)
            guard var line = try edits?.value(of: found.item)?.object else { return }
            line["index"] = .int(index)
            try draft?.append(line: .object(line))
        }
        try draft?.finish(flushing: options.durability != .write)
        var note = matches.counts.value.object ?? ObjectValue()
        note["time"] = .int(now)
        try RebaseLog.write(
            matches, note: .object(note), from: folder.path, to: rebase.directory,
            flushing: options.durability != .write)
        try rebase.finish(note: Note(kind: "rebased", payload: .object(note)), info: info)
    }

    /// Map Runs inside items are found by the item's number, which would be another's.
    private func requireNoNested() throws(RunError) {
        let place = "mapRun:\(machine.name)/"
        guard let maps = folder.path.lastIndex(of: "/").map({ String(folder.path[..<$0]) }) else {
            return
        }
        let names: [String]
        do {
            names = try SystemFiles().entries(of: maps)
        } catch {
            throw RunError(.system, "cannot list '\(maps)'", path: maps)
        }
        for name in names where name.first != "." {
            guard let arn = try MapFolder.info(at: "\(maps)/\(name)")?["arn"]?.string,
                arn.contains(place)
            else { continue }
            throw RunError(
                .damaged,
                "the input of Map Run '\(folder.name)' has changed, and its items have Map Runs "
                    + "of their own, which cannot be moved; put the old file back, or start a "
                    + "new run with `maprun run`", path: folder.path)
        }
    }
}
