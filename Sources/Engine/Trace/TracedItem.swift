import JSON
import Journal
import Records
import StatesLanguage
import Synchronization

/// The item of a distributed Map that is traced; where items are batched, the batch.
package struct TracedItem: Sendable {
    /// Which item is to be traced.
    package enum Target: Sendable {
        /// The child of this index, from 0.
        case index(Int)
        /// The first whose key is this.
        case key(String, ItemKey)
    }

    /// The Map state.
    package var map: String
    /// The index among the Map's children.
    package var index: Int
    /// The line in its file, from 1, where the file has lines.
    package var line: Int?
    /// The item as it was read, of a batch an array; nil if the child gets just that.
    package var source: Value?
    /// What `ItemSelector` evaluated.
    package var evaluations: [Evaluation]
    /// What the child gets.
    package var input: Result<Value, StateFault>

    /// The index of the item once it is known.
    final class IndexBox: Sendable {
        private let box = Atomic<Int>(-1)

        var value: Int? {
            get {
                let index = box.load(ordering: .acquiring)
                return index < 0 ? nil : index
            }
            set { box.store(newValue ?? -1, ordering: .releasing) }
        }
    }
}

/// Goes through the items of a Map for the one that is traced.
struct ItemSearch {
    let request: MapRunRequest
    let opening: ItemSourceOpening
    let tracer: ExecutionTracer

    enum Answer {
        case found(TracedItem)
        case missing(RunError)
    }

    func find(_ target: TracedItem.Target) throws(RecordsError) -> Answer {
        var request = request
        var skip = 0
        switch target {
        case .key(_, let key): request.key = key
        // Batches have to be made to be counted.
        case .index(let index): skip = request.batcher == nil ? index : 0
        }
        let source = request.childSource(try opening.open(request), skip: skip)
        var count = 0
        _ = tracer.takeUnplaced()
        while let block = try source.next() {
            for offset in try offsets(of: target, in: block) {
                return .found(try item(block, offset))
            }
            count = block.firstIndex + block.count
            _ = tracer.takeUnplaced()
        }
        return .missing(try missing(target, count))
    }

    private func offsets(
        of target: TracedItem.Target, in block: any ChildBlock
    ) throws(RecordsError) -> [Int] {
        switch target {
        case .index(let index):
            let offset = index - block.firstIndex
            return offset >= 0 && offset < block.count ? [offset] : []
        case .key(let wanted, _):
            for offset in 0..<block.count {
                let key = try block.identity(at: offset).key?.string
                let keys = request.batcher == nil ? key.map { [$0] } : key.map(Self.lines)
                if keys?.contains(wanted) ?? false { return [offset] }
            }
            return []
        }
    }

    /// A batch has the keys of its items, each on a line.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init)
    }

    private func item(_ block: any ChildBlock, _ offset: Int) throws(RecordsError) -> TracedItem {
        let child = try block.child(at: offset)
        var source: Value?
        if case .success(let made) = child { source = made.source }
        return TracedItem(
            map: request.state, index: block.index(at: offset),
            line: (block as? ItemChildBlock)?.line(at: offset), source: source,
            evaluations: tracer.takeUnplaced(), input: child.map(\.input))
    }

    private func missing(
        _ target: TracedItem.Target, _ count: Int
    ) throws(RecordsError) -> RunError {
        let all: Int
        let what: String
        switch target {
        case .key(let key, let place):
            (all, what) = (count, "'\(key)' \(place.text)")
        case .index(let index):
            (all, what) = (try self.count(), "index \(index)")
        }
        let there = all == 0 ? "it has none" : "it has \(all), the last one is \(all - 1)"
        return RunError(
            .notSelectable, "Map '\(request.state)' has no item of \(what); \(there)")
    }

    private func count() throws(RecordsError) -> Int {
        let source = request.childSource(try opening.open(request))
        var count = 0
        while let block = try source.next() { count = block.firstIndex + block.count }
        return count
    }
}

extension ItemKey {
    fileprivate var text: String {
        switch self {
        case .column(let name): "in column '\(name)'"
        case .pointer(let pointer): "at '\(pointer)'"
        }
    }
}
