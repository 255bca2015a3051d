import Journal
import Records
import StatesLanguage

extension Selection {
    /// The selected children; reads the input once before where only that tells which they are.
    func source(
        seed: UInt64, _ open: () throws(RecordsError) -> any ChildBlockSource
    ) throws(MapRunFailure) -> SelectedSource {
        let refusal: RunError
        do throws(RecordsError) {
            guard let found = try self.refusal(open) else { return try reading(seed, open) }
            refusal = found
        } catch {
            throw .reading(error)
        }
        throw .machine(refusal)
    }

    /// Refuses to redrive a run that was refused, as items of this selection were not there, while
    /// they still are not; what else is wrong with the input is for the run to tell.
    public func requireThere(
        in recorded: (directory: RunDirectory, options: RunOptions), machine: StateMachine,
        splitsBatches: Bool, folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) {
        let (directory, options) = recorded
        let history = try ExecutionHistory.read(directory.journalPath)
        guard history.outcome?.error?.string == Run.refusedSelection else { return }
        let ground = RedriveGround(directory, options, history, folder: folder)
        guard let request = try ground.requests(machine).last else { return }
        let refusal = try? refusal { () throws(RecordsError) in
            request.childSource(
                try ground.opening.open(request),
                splits: splitsBatches && request.batcher != nil ? BatchSplits() : nil)
        }
        if let refusal { throw refusal }
    }

    /// Why the input that this opens has not all of the items wanted; nil if it has.
    private func refusal(
        _ open: () throws(RecordsError) -> any ChildBlockSource
    ) throws(RecordsError) -> RunError? {
        guard let last = items?.last?.upperBound, let count = try count(open(), upTo: last)
        else { return nil }
        return Self.beyond(last, count)
    }

    private func reading(
        _ seed: UInt64, _ open: () throws(RecordsError) -> any ChildBlockSource
    ) throws(RecordsError) -> SelectedSource {
        var wanted: ChildCondition?
        if let condition { wanted = try ChildCondition(condition) }
        guard let sample else {
            return SelectedSource(
                try open(), ranges: items, condition: wanted, limit: limit ?? .max)
        }
        var drawing = Drawing(sample, seed: seed)
        let all = SelectedSource(try open(), condition: wanted)
        while let block = try all.next() {
            let isOne = block is PartBlock
            for offset in 0..<(isOne ? 1 : block.count) { drawing.offer(block.index(at: offset)) }
        }
        let drawn = SelectedSource(try open(), ranges: drawing.ranges)
        drawn.total = all.total
        return drawn
    }

    /// How many children there are if the last one wanted is not among them.
    private func count(
        _ source: any ChildBlockSource, upTo last: Int
    ) throws(RecordsError) -> Int? {
        var count = 0
        while count <= last {
            guard let block = try source.next() else { return count }
            count = block.endIndex
        }
        return nil
    }

    private static func beyond(_ last: Int, _ count: Int) -> RunError {
        let there =
            switch count {
            case 0: "the input has none"
            case 1: "the input has only item 0"
            default: "the input has \(count), the last one is \(count - 1)"
            }
        return RunError(
            .notSelectable,
            "--items names item \(last), but \(there) (counted from 0); no item was "
                + "run; start a new run with items that are there, or go on with all: resume --all")
    }
}

/// Draws some of a stream of numbers, each with the same chance, holding no more than those.
struct Drawing {
    private let size: Int
    private var random: RandomSource
    private var seen = 0
    private var drawn: [Int] = []

    init(_ size: Int, seed: UInt64) {
        self.size = size
        random = RandomSource(seed: seed)
    }

    mutating func offer(_ number: Int) {
        seen += 1
        if drawn.count < size { return drawn.append(number) }
        let place = Int.random(in: 0..<seen, using: &random)
        if place < size { drawn[place] = number }
    }

    var ranges: [ClosedRange<Int>] { Selection.merged(drawn.map { $0...$0 }) }
}
