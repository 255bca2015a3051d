import JSON
import Journal
import Records
import StatesLanguage

/// Reads the input of a distributed Map against its workflow: calls no task and writes nothing.
///
/// Each item is read, passes the ItemSelector, and runs through the child workflow up to its first
/// task that nobody answers for; what fails on that way would fail in a run.
public final class InputCheck {
    /// A row, or a batch of rows, that a run would trip over.
    public struct Finding: Sendable {
        /// The item's index; nil where nothing could be read any more, and for a batch.
        public var index: Int?
        /// The index of a batch, and of its first and last item.
        public var batch: (index: Int, items: ClosedRange<Int>)?
        /// The file, where there are several.
        public var file: String?
        /// The line in its file, from 1, where the file has lines.
        public var line: Int?
        /// The state that fails.
        public var state: String?
        /// What sort of trouble it is: the error's name, or the reader's word for it.
        public var error: String
        /// What is wrong.
        public var cause: String
    }

    /// Answers of tasks that are not really called.
    public struct Mocks: Sendable {
        /// Gives the answers, at once.
        public var tasks: any TaskHandler
        /// The states that it answers for.
        public var states: Set<String>

        /// Answers of these states.
        public init(_ tasks: any TaskHandler, states: Set<String>) {
            self.tasks = tasks
            self.states = states
        }
    }

    /// What values are to be like.
    public enum Demand: Sendable {
        /// Items as they were read.
        case row(@Sendable (Value, _ isText: Bool) -> String?)
        /// What children get.
        case child(@Sendable (Value, _ isText: Bool) -> String?)
    }

    /// The Map state whose input is checked.
    public let mapState: String
    /// How many items have been read.
    public private(set) var items = 0
    /// How many items, and batches, are bad.
    public private(set) var bad = 0

    let request: MapRunRequest
    let reader: any ItemReader
    private let shaper: ItemShaper
    private let demand: Demand?
    private let rehearsal: ChildRehearsal
    /// Whether all fields of items are texts.
    private let isText: Bool

    /// Finds the input of the first distributed Map that the workflow comes to without a task that
    /// nobody answers for. A demand tells what is wrong with a value, or nil.
    public init(
        _ options: RunOptions, machine: StateMachine, now: Int, mocks: Mocks? = nil,
        demand: Demand? = nil, maximumRecordBytes: Int = 64 << 20,
        folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) {
        request = try MapArrival(options, machine, now: now, mocks: mocks).request()
        mapState = request.state
        self.demand = demand
        do throws(RecordsError) {
            reader = try ItemSourceOpening(folder: folder, maximumRecordBytes: maximumRecordBytes)
                .open(request)
        } catch {
            throw RunError(.notFound, error.description)
        }
        isText = reader.csvHeader != nil
        shaper = ItemShaper(request)
        rehearsal = ChildRehearsal(request, now: now, mocks: mocks)
    }

    /// Hands every bad row to `body`, in the order of the input, and every bad batch behind the
    /// rows that were read for it.
    public func run(_ body: (Finding) throws -> Void) throws {
        do {
            if let batcher = request.batcher { return try runBatches(batcher, body) }
            while let block = try reader.nextBlock() { try check(block, body) }
        } catch let error as RecordsError {
            bad += 1
            try body(
                Finding(
                    line: error.line, error: error.kind.rawValue,
                    cause: error.description + "; what follows it was not read"))
        }
    }

    private func runBatches(
        _ batcher: MapRunRequest.Batcher, _ body: (Finding) throws -> Void
    ) throws {
        let rows = CheckedRows(reader)
        let source = BatchSource(rows, shaper, batcher)
        var canBatch = true
        while true {
            var batch: (any ChildBlock)?
            do {
                if canBatch { batch = try source.next() }
            } catch {
                // A row that is no item ends the reading of a run; the rows behind it are checked.
                canBatch = false
            }
            if !canBatch { _ = try rows.nextBlock() }
            let blocks = rows.take()
            for block in blocks { try check(block, body) }
            if let batch, case .success(let child) = try batch.child(at: 0) {
                let end = source.consumed
                let range = end - child.itemCount...end - 1
                if let finding = finding(child, batch.firstIndex, range, rows) {
                    bad += 1
                    try body(finding)
                }
                rows.forget(before: end)
            }
            if batch == nil && blocks.isEmpty { return }
        }
    }

    private func finding(
        _ child: ChildInput, _ index: Int, _ range: ClosedRange<Int>, _ rows: CheckedRows
    ) -> Finding? {
        var finding = demanded(of: child.input, isChild: true)
        if finding == nil { finding = rehearsal.failure(child.input, index) }
        finding?.batch = (index, range)
        finding?.line = rows.line(of: range.lowerBound)
        return finding
    }

    private func check(_ block: ItemBlock, _ body: (Finding) throws -> Void) throws {
        for offset in 0..<block.count {
            items += 1
            guard let finding = finding(block, offset) else { continue }
            bad += 1
            try body(finding)
        }
    }

    private func finding(_ block: ItemBlock, _ offset: Int) -> Finding? {
        let index = block.firstIndex + offset
        var finding: Finding?
        do throws(RecordsError) {
            if let (found, expected) = block.raggedness(at: offset) {
                finding = Finding(
                    error: "ragged", cause: "the row has \(found) fields, the header \(expected)")
            } else {
                finding = check(try block.item(at: offset), index)
            }
        } catch {
            finding = Finding(error: error.kind.rawValue, cause: error.description)
        }
        finding?.index = index
        finding?.line = block.line(at: offset)
        finding?.file = block.source?.string
        return finding
    }

    private func check(_ item: Item, _ index: Int) -> Finding? {
        if let finding = demanded(of: item.value, isChild: false) { return finding }
        switch shaper.shape(item, index: index) {
        case .failure(let fault):
            return Finding(
                state: request.state, error: fault.error ?? "States.Runtime",
                cause: fault.cause ?? "")
        case .success(let input):
            if request.batcher != nil { return nil }
            return demanded(of: input, isChild: true) ?? rehearsal.failure(input, index)
        }
    }

    private func demanded(of value: Value, isChild: Bool) -> Finding? {
        let cause: String? =
            switch demand {
            case .row(let check) where !isChild: check(value, isText)
            case .child(let check) where isChild: check(value, isText)
            default: nil
            }
        return cause.map { Finding(error: "schema", cause: $0) }
    }
}

/// Passes blocks on and keeps them until they have been looked at; remembers the lines of rows.
private final class CheckedRows: ItemReader, @unchecked Sendable {
    // Proof: one thread uses it.
    private let reader: any ItemReader
    private var untaken: [ItemBlock] = []
    private var kept: [ItemBlock] = []

    init(_ reader: any ItemReader) { self.reader = reader }

    func nextBlock() throws(RecordsError) -> ItemBlock? {
        guard let block = try reader.nextBlock() else { return nil }
        untaken.append(block)
        kept.append(block)
        return block
    }

    func take() -> [ItemBlock] {
        defer { untaken = [] }
        return untaken
    }

    func line(of index: Int) -> Int? {
        let block = kept.first { $0.firstIndex <= index && index < $0.firstIndex + $0.count }
        return block.flatMap { $0.line(at: index - $0.firstIndex) }
    }

    func forget(before index: Int) { kept.removeAll { $0.firstIndex + $0.count <= index } }

    func skip(_ count: Int) throws(RecordsError) -> Int { try reader.skip(count) }
    var progress: ReadingProgress { reader.progress }
    var csvHeader: [String]? { reader.csvHeader }
    var notes: [String] { reader.notes }
}
