import JSON
import Journal

/// What became of items where an input had changed: `rebase.<n>.jsonl` of a Map Run's folder, from
/// which an item's way from one place to the next can be followed.
///
/// Items that stand one after another before and after are one line, so it stays short.
struct RebaseLog {
    /// What happened to an item.
    enum Origin {
        /// It was there, at this index.
        case was(Int)
        /// Its row is another than it was; the index then, where that was kept.
        case changed(from: Int?)
        /// It is new, or had not been run.
        case new
    }

    let time: Int
    private let path: String

    /// The logs in a folder, oldest first.
    static func all(in folder: String) throws(RunError) -> [RebaseLog] {
        var logs: [RebaseLog] = []
        while let log = try RebaseLog(path(folder, logs.count + 1)) { logs.append(log) }
        return logs
    }

    private static func path(_ folder: String, _ number: Int) -> String {
        "\(folder)/rebase.\(number).jsonl"
    }

    private init?(_ path: String) throws(RunError) {
        self.path = path
        var time: Int?
        try ResultReading.forEachLine(of: path) { (line: Value) throws(RunError) in
            time = time ?? line["time"]?.number?.int
        }
        guard let time else { return nil }
        self.time = time
    }

    /// Where the item of this index came from.
    func origin(of index: Int) throws(RunError) -> Origin {
        var found = Origin.new
        try ResultReading.forEachLine(of: path) { (line: Value) throws(RunError) in
            guard let first = line["index"]?.number?.int else { return }
            if let was = line["was"]?.number?.int {
                let offset = index - first
                guard offset >= 0, offset < line["count"]?.number?.int ?? 1 else { return }
                found = .was(was + offset)
            } else if first == index {
                found = .changed(from: line["from"]?.number?.int)
            }
        }
        return found
    }

    /// How the item ended, as far as the rebase has not carried it over, oldest first; the index is
    /// that before.
    func endings(of item: Int) throws(RunError) -> [PastEnding] {
        var found: [PastEnding] = []
        try ResultReading.forEachLine(of: path) { (line: Value) throws(RunError) in
            if let ending = PastEnding(line), ending.item == item { found.append(ending) }
        }
        return found
    }

    /// Writes the log of a rebase into the new folder, after those that the old one has.
    static func write(
        _ matches: Rebase.Matches, note: Value, from old: String, to new: String, flushing: Bool
    ) throws(RunError) {
        var number = 1
        while let document = try SystemFiles().contents(of: path(old, number)) {
            let draft = try FileDraft(path(new, number))
            try draft.append(document.bytes)
            try draft.finish(flushing: flushing)
            number += 1
        }
        let draft = try FileDraft(path(new, number))
        try draft.append(line: note)
        var run: (index: Int, was: Int, count: Int)?
        func end() throws(RunError) {
            guard let run else { return }
            try draft.append(
                line: [
                    "index": .int(run.index), "was": .int(run.was), "count": .int(run.count),
                ])
        }
        try matches.kept.forEach { (index, found) throws(RunError) in
            if let last = run, last.index + last.count == index, last.was + last.count == found.item
            {
                run?.count += 1
            } else {
                try end()
                run = (index, found.item, 1)
            }
        }
        try end()
        func change(_ index: Int, _ item: Int) throws(RunError) {
            try draft.append(
                line: ["index": .int(index), "changed": true, "from": .int(item)])
        }
        var told = ItemSet()
        try matches.changedFrom.forEach { (index, found) throws(RunError) in
            told.insert(index)
            try change(index, found.item)
        }
        // The others stand where the row before them stood.
        for index in matches.changed.items where !told.contains(index) { try change(index, index) }
        try PastEnding.forEach(in: old, changed: matches.changedItems) {
            (ending) throws(RunError) in try draft.append(line: ending.value)
        }
        try draft.finish(flushing: flushing)
    }
}
