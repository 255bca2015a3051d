import Records
import StatesLanguage
import Synchronization

/// The children of another source that are selected, with the indexes they have there.
///
/// It stops reading once no more can come.
final class SelectedSource: ChildBlockSource, @unchecked Sendable {
    // Proof: used by one thread at a time, as `ChildBlockSource` demands; `count` is atomic.
    private let source: any ChildBlockSource
    private let condition: ChildCondition?
    private var ranges: ArraySlice<ClosedRange<Int>>?
    private var left: Int
    private var failure: RecordsError?
    private var seen = 0
    private let count = Atomic<Int>(-1)

    init(
        _ source: any ChildBlockSource, ranges: [ClosedRange<Int>]? = nil,
        condition: ChildCondition? = nil, limit: Int = .max
    ) {
        self.source = source
        self.ranges = ranges.map { $0[...] }
        self.condition = condition
        left = limit
    }

    var progress: ReadingProgress { source.progress }

    /// How many children there are in all, once that is known.
    var total: Int? {
        get {
            let count = count.load(ordering: .acquiring)
            return count < 0 ? nil : count
        }
        set { count.store(newValue ?? -1, ordering: .releasing) }
    }

    func next() throws(RecordsError) -> (any ChildBlock)? {
        if let failure { throw failure }
        while left > 0, ranges?.isEmpty != true {
            guard let block = try source.next() else {
                total = seen
                return nil
            }
            seen = block.endIndex
            if let batch = block as? PartBlock {
                guard try isWanted(batch) else { continue }
                left -= 1
                return batch
            }
            let offsets = offsets(in: block)
            left -= offsets.count
            if !offsets.isEmpty { return SelectedBlock(block: block, offsets: offsets) }
            if let failure { throw failure }
        }
        return nil
    }

    /// Whether a batch that is split where it fails is selected, whatever parts it has become.
    private func isWanted(_ batch: PartBlock) throws(RecordsError) -> Bool {
        var isNamed = ranges == nil
        while let range = ranges?.first, range.lowerBound < batch.endIndex {
            isNamed = isNamed || range.upperBound >= batch.firstIndex
            guard range.upperBound < batch.endIndex else { break }
            ranges?.removeFirst()
        }
        guard isNamed else { return false }
        return try condition?.holds(batch.whole, at: 0) ?? true
    }

    private func offsets(in block: any ChildBlock) -> [Int] {
        var offsets: [Int] = []
        for candidates in candidates(in: block) {
            for offset in candidates where offsets.count < left {
                do throws(RecordsError) {
                    if try condition?.holds(block, at: offset) ?? true { offsets.append(offset) }
                } catch {
                    // Those before it are run.
                    failure = error
                    return offsets
                }
            }
        }
        return offsets
    }

    /// Those that the ranges name, without going through all of a large block for a few.
    private func candidates(in block: any ChildBlock) -> [Range<Int>] {
        guard var rest = ranges else { return [0..<block.count] }
        let end = block.firstIndex + block.count
        var found: [Range<Int>] = []
        while let range = rest.first, range.lowerBound < end {
            let first = max(range.lowerBound, block.firstIndex)
            let last = min(range.upperBound, end - 1)
            if first <= last {
                found.append(first - block.firstIndex..<last - block.firstIndex + 1)
            }
            guard range.upperBound < end else { break }
            rest.removeFirst()
        }
        ranges = rest
        return found
    }
}

/// Some children of a block.
struct SelectedBlock: ChildBlock {
    let block: any ChildBlock
    let offsets: [Int]

    var firstIndex: Int { index(at: 0) }
    var count: Int { offsets.count }

    func index(at offset: Int) -> Int { block.index(at: offsets[offset]) }

    func child(at offset: Int) throws(RecordsError) -> Result<ChildInput, StateFault> {
        try block.child(at: offsets[offset])
    }

    func identity(at offset: Int) throws(RecordsError) -> ItemIdentity {
        try block.identity(at: offsets[offset])
    }
}
