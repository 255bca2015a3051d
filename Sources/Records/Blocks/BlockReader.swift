import JSON

/// Reads a stream block by block with the rules of one format.
final class BlockReader<Cutter: RecordCutter>: ItemReader, @unchecked Sendable {
    // Proof: one thread at a time uses it, as `ItemReader` demands.
    private var cutter: Cutter
    private let stream: RecordStream
    private let configuration: ReaderConfiguration
    private var records = RecordList()
    /// How far the window has been searched.
    private var position: Int
    private var nextIndex = 0
    private var pendingError: RecordsError?
    private var isFinished = false

    init(_ cutter: Cutter, _ stream: RecordStream, _ configuration: ReaderConfiguration) {
        self.cutter = cutter
        self.stream = stream
        self.configuration = configuration
        position = stream.start
    }

    var progress: ReadingProgress { stream.progress }

    var csvHeader: [String]? { (cutter as? CSVCutter)?.columns.header }

    var notes: [String] {
        guard isFinished, pendingError == nil else { return [] }
        var notes = nextIndex == 0 ? ["\(stream.file) has no items"] : []
        if stream.isPlain, Compression.isNamed(by: stream.file) {
            notes.append("\(stream.file) is not compressed, though named so, and was read as it is")
        }
        let opens: [UInt8?] = [0x5B, 0x7B]
        if configuration.inputType == .csv, opens.contains(stream.firstByte) {
            notes.append(
                "\(stream.file) was read as CSV but begins like JSON; set InputType if it is")
        }
        if configuration.inputType == .jsonLines, nextIndex == 1, stream.firstByte == 0x5B {
            notes.append(
                "\(stream.file) is one array, which is one item of JSONL; with InputType JSON its "
                    + "elements are the items")
        }
        return notes
    }

    func nextBlock() throws(RecordsError) -> ItemBlock? {
        guard try gather(atMost: configuration.blockItems, bytes: configuration.blockBytes) else {
            return nil
        }
        try check()
        let block = seal()
        advance()
        return block
    }

    func skip(_ count: Int) throws(RecordsError) -> Int {
        let end = nextIndex + count
        let start = nextIndex
        while nextIndex < end, try gather(atMost: min(end - nextIndex, 4096), bytes: 1 << 20) {
            advance()
        }
        return nextIndex - start
    }

    /// Collects records until there are enough for a block; false at the end.
    private func gather(atMost items: Int, bytes: Int) throws(RecordsError) -> Bool {
        if isFinished { return false }
        if let pendingError {
            isFinished = true
            throw pendingError
        }
        let left = configuration.maxItems > 0 ? configuration.maxItems - nextIndex : items
        records.reset(start: stream.start, capacity: min(items, left), bytes: bytes)
        do {
            try cutRecords()
        } catch {
            guard records.ranges.isEmpty else {
                pendingError = error
                return true
            }
            isFinished = true
            throw error
        }
        isFinished = records.ranges.isEmpty
        return !isFinished
    }

    private func cutRecords() throws(RecordsError) {
        while !records.isFull {
            if cutter.isDone { return try readTrailing() }
            position = try faulting { cutter throws(RecordFault) in
                try cutter.cut(window, from: position, into: &records)
            }
            guard position == stream.filled, !records.isFull, !cutter.isDone else { continue }
            if !stream.hasRoom && !records.ranges.isEmpty { return }
            guard try extend() else {
                return try faulting { cutter throws(RecordFault) in
                    try cutter.finish(window, into: &records)
                }
            }
        }
    }

    /// Runs `body` on the cutter and gives its fault, if any, a place in the file.
    private func faulting<R>(
        _ body: (inout Cutter) throws(RecordFault) -> R
    ) throws(RecordsError) -> R {
        do {
            return try body(&cutter)
        } catch {
            throw stream.failure(error)
        }
    }

    private var window: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: stream.bytes, count: stream.filled)
    }

    private func extend() throws(RecordsError) -> Bool {
        let before = stream.slabOffset
        defer {
            position -= stream.slabOffset - before
            records.shift(by: stream.slabOffset - before)
        }
        return try stream.extend()
    }

    /// Reads what comes after the end of what is iterated over, to see that nothing does.
    private func readTrailing() throws(RecordsError) {
        guard records.ranges.isEmpty else { return }
        repeat {
            if let fault = cutter.trailingFault(window, from: position) {
                throw stream.failure(fault)
            }
            position = stream.filled
            stream.consume(upTo: position)
        } while try extend()
    }

    /// Cuts the block off before a record whose bytes are not as they must be.
    private func check() throws(RecordsError) {
        guard let first = records.ranges.first else { return }
        var error: RecordsError?
        let range = Int(first.start)..<records.nextStart
        if range.count > configuration.maximumRecordBytes,
            let large = records.ranges.first(where: { $0.count > configuration.maximumRecordBytes })
        {
            error = stream.tooLarge(at: Int(large.start))
            cutOff(at: Int(large.start))
        }
        if let fault = cutter.fault(in: window, range.lowerBound..<records.nextStart) {
            error = stream.failure(fault)
            cutOff(at: fault.offset)
        }
        guard let error else { return }
        pendingError = error
        guard records.ranges.isEmpty else { return }
        isFinished = true
        throw error
    }

    private func cutOff(at offset: Int) {
        let good = records.ranges.prefix { Int($0.end) <= offset }
        records.nextStart = good.last.map { Int($0.end) } ?? stream.start
        records.keep(good.count)
    }

    private func seal() -> ItemBlock {
        let range = stream.start..<records.nextStart
        return ItemBlock(
            document: stream.slab.document(range), ranges: records.ranges, rangeBase: stream.start,
            place: BlockPlace(
                file: stream.file, byteOffset: stream.slabOffset + stream.start, line: stream.line),
            decoder: cutter.decoder, shared: cutter.shared, firstIndex: nextIndex)
    }

    private func advance() {
        nextIndex += records.ranges.count
        stream.consume(upTo: records.nextStart)
    }
}
