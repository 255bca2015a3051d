import JSON
import Journal

/// The items of a run that are set aside, and their release.
public struct QuarantineDesk: Sendable {
    /// One item that is set aside, or was and runs again next.
    public struct Entry: Sendable {
        /// The folder's name of its Map Run.
        public var map: String
        /// Its index.
        public var item: Int
        /// What was held against it.
        public var strikes: StrikeBook.Strikes
        /// Whether it is released and only waits for a process to run it.
        public var isReleased: Bool
        /// Its outcome; nil until the process that set it aside has written that.
        public var outcome: FinishedItem?
    }

    private let directory: RunDirectory
    private let durability: Durability

    /// The desk of a run.
    public init(_ directory: RunDirectory, durability: Durability) {
        self.directory = directory
        self.durability = durability
    }

    /// The items of one Map Run, by its folder.
    public func entries(of folder: String) throws(RunError) -> [Entry] {
        let state = try RecoveredMapRun.read(folder).state
        let (setAside, released) = (state.strikes.setAside, state.strikes.released)
        let items = (setAside.items + released.items).sorted()
        guard !items.isEmpty else { return [] }
        let outcomes = try outcomes(of: Set(items), in: folder)
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        return items.map { item in
            Entry(
                map: name, item: item, strikes: state.strikes.strikes(item),
                isReleased: released.contains(item),
                outcome: state.finished.contains(item) ? outcomes[item] : nil)
        }
    }

    private func outcomes(
        of items: Set<Int>, in folder: String
    ) throws(RunError) -> [Int: FinishedItem] {
        var found: [Int: FinishedItem] = [:]
        var reader = try JournalReader(directory: folder)
        while let record = try reader.next() {
            guard let outcome = record.finished, items.contains(outcome.item) else { continue }
            do {
                found[outcome.item] = try outcome.copied()
            } catch {
                throw RunError(
                    .damaged, "the outcome of item \(outcome.item) in '\(folder)' is not JSON",
                    path: folder)
            }
        }
        return found
    }

    /// Lets items run again in the next process that works on the run.
    public func release(_ items: [Int], of folder: String) throws(RunError) {
        let owner = try RunOwner(directory.path)
        let result: RunError?
        do throws(RunError) {
            var options = JournalOptions()
            options.durability = durability
            try MapRunNoting.append(
                items.map(StrikeBook.release), to: folder, run: directory.id, options: options)
            result = nil
        } catch {
            result = error
        }
        try owner.release()
        if let result { throw result }
    }
}
