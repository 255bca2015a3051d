import JSON
import Journal
import Records
import StatesLanguage

/// The children of a Map Run that a redrive runs again, with the inputs that the journal has of
/// them: for where what they were read from is gone. AWS never reads it once more.
struct StoredChildren: Sendable {
    /// The folder of the Map Run.
    let folder: String
    private let edits: ItemEdits?

    /// The children of a Map Run in this folder; nil if something of them is stored nowhere.
    init?(_ folder: String, _ request: MapRunRequest) throws(RunError) {
        guard try VoidOutcomes(folder) != nil else { return nil }
        self.folder = folder
        edits = try ItemEdits.read(folder)
        guard request.itemSelector != nil, let edits else { return }
        // What a selector makes of an edited item cannot be told without all that it may ask for.
        for number in 0..<edits.count {
            if case .item? = try edits.edit(of: edits.index(at: number)) { return nil }
        }
    }

    /// Makes the children, in order.
    func source() throws(RunError) -> any ChildBlockSource {
        guard let outcomes = try VoidOutcomes(folder) else {
            throw RunError(.damaged, "'\(folder)' has changed while it was read", path: folder)
        }
        return Source(outcomes, edits)
    }

    /// The columns of the rows that failed, as far as those are the input's own.
    func csvHeader(_ request: MapRunRequest) -> [String]? {
        guard case .reader(let reader) = request.items, reader.action.inputType == "CSV",
            reader.resource.hasSuffix(":getObject"), reader.action.manifestType == nil
        else { return nil }
        var configuration = ReaderConfiguration(.csv)
        configuration.csvDelimiter = reader.csvDelimiter
        // Without them rows have the order of their members, and nothing is lost.
        let rows = try? openReader(path: folder + "/failures.csv", configuration: configuration)
        return rows?.csvHeader
    }

    /// One child after another, and behind them the end of all items.
    private final class Source: ChildBlockSource, @unchecked Sendable {
        // Proof: used by one thread at a time, as `ChildBlockSource` demands.
        private let outcomes: VoidOutcomes
        private let edits: ItemEdits?
        private var item = 0
        private var hasEnded = false

        let progress = ReadingProgress(bytesRead: 0, totalBytes: nil)

        init(_ outcomes: VoidOutcomes, _ edits: ItemEdits?) {
            self.outcomes = outcomes
            self.edits = edits
        }

        func next() throws(RecordsError) -> (any ChildBlock)? {
            guard !hasEnded else { return nil }
            guard let next = outcomes.next(from: item) else {
                hasEnded = true
                return ChildrenEnd(firstIndex: outcomes.total)
            }
            item = next + 1
            do throws(RunError) {
                return try block(next)
            } catch {
                throw RecordsError(.unreadable, file: error.path ?? "", error.message)
            }
        }

        private func block(_ item: Int) throws(RunError) -> SingleChildBlock {
            let outcome = try outcomes.outcome(of: item)
            guard let outcome, var input = outcome.input else {
                throw RunError(.damaged, "the input of item \(item) is not in the journal")
            }
            switch try edits?.edit(of: item) {
            case .item(let edited), .input(let edited): input = edited
            case nil: break
            }
            let child = ChildInput(
                input: input, contentHash: outcome.contentHash, itemCount: outcome.itemCount,
                source: outcome.source, key: outcome.key)
            return SingleChildBlock(
                firstIndex: item, result: .success(child), identity: child.identity,
                source: outcome.source)
        }
    }
}

/// Tells where the items end, and has none.
private struct ChildrenEnd: ChildBlock {
    let firstIndex: Int
    var count: Int { 0 }

    func child(at offset: Int) throws(RecordsError) -> Result<ChildInput, StateFault> {
        throw RecordsError(.unreadable, file: "", "there is no item \(firstIndex)")
    }

    func identity(at offset: Int) throws(RecordsError) -> ItemIdentity {
        throw RecordsError(.unreadable, file: "", "there is no item \(firstIndex)")
    }
}

/// Stands for an input that is gone.
final class GoneReader: ItemReader {
    let csvHeader: [String]?
    let progress = ReadingProgress(bytesRead: 0, totalBytes: nil)
    let notes: [String] = []

    init(csvHeader: [String]?) { self.csvHeader = csvHeader }

    func nextBlock() throws(RecordsError) -> ItemBlock? { nil }
    func skip(_ count: Int) throws(RecordsError) -> Int { 0 }
}
