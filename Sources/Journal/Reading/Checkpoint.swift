import JSON

/// How far result files have been written.
struct ResultsProgress: Sendable, Equatable {
    /// The item whose line comes next.
    var next = 0
    /// How many items the outcomes before it stand for; as many as outcomes where that is not known.
    var items: Int?
    /// How many outcomes are before it, where those may stand for several numbers.
    var children: Int?
    /// Where in the journal to look for it and those after it.
    var source = JournalPosition.start
    /// What each sink wants to know to continue; nil at the beginning.
    var sinks: [Value]?
    /// Whether lines of later items followed, which a resume takes back.
    var isBeforeGap = false
}

/// A shortcut past the beginning of a Map Run's journal: what its records up to a position come
/// to, and how far the results were. It holds nothing that cannot be made from the journal again,
/// so one that is missing or damaged costs time only.
struct Checkpoint: Sendable, Equatable {
    static let fileName = "checkpoint"

    var position = JournalPosition.start
    var state = MapRunState()
    var results = ResultsProgress()

    /// Replaces the checkpoint in `directory`.
    func save(
        in directory: String, run: String, files: any FileSystem, flushing: Bool
    ) throws(RunError) {
        var batch = RecordBatch()
        batch.frame(.checkpoint, write)
        var buffer = ByteBuffer(capacity: batch.bytes.count + 256)
        SegmentHeader(segment: 0, run: run).append(to: &buffer)
        buffer.append(batch.bytes)
        try files.replace(
            "\(directory)/\(Self.fileName)", with: UnsafeRawBufferPointer(buffer.bytes),
            flushing: flushing)
    }

    /// Removes the checkpoint in `directory`.
    static func remove(from directory: String, files: any FileSystem) throws(RunError) {
        let path = "\(directory)/\(fileName)"
        do {
            try files.remove(path)
        } catch {
            throw error.error("remove", path)
        }
    }

    /// The checkpoint in `directory`, if there is a good one.
    static func load(
        from directory: String, files: any FileSystem
    ) throws(RunError) -> Checkpoint? {
        let path = "\(directory)/\(fileName)"
        guard let document = try files.contents(of: path) else { return nil }
        let bytes = UnsafeRawBufferPointer(document.bytes)
        guard let header = try SegmentHeader.read(bytes, path: path) else { return nil }
        let frame = bytes.part(header.size..<bytes.count)
        guard case .record(.checkpoint, frame.count) = FrameCheck(frame) else { return nil }
        return withExtendedLifetime(document) {
            Checkpoint(frame.part(FrameHeader.size..<frame.count))
        }
    }
}

extension Checkpoint {
    private func write(to buffer: inout ByteBuffer) {
        var head = ByteBuffer()
        headValue.write(to: &head)
        buffer.append(littleEndian: UInt32(head.count))
        buffer.append(head.bytes)
        state.finished.write(to: &buffer)
        for redrive in state.redrives { redrive.items.write(to: &buffer) }
        state.strikes.writeSets(to: &buffer)
        if state.splits.isOn { state.splits.middles.write(to: &buffer) }
    }

    private var headValue: Value {
        [
            "position": .int(position.int),
            "counts": .array(ItemStatus.allCases.map { .int(state.counts[$0]) }),
            "itemCounts": .array(ItemStatus.allCases.map { .int(state.itemCounts[$0]) }),
            "total": state.total.map { .int($0) } ?? .null,
            "notes": .array(state.notes.map { ["kind": .string($0.kind), "payload": $0.payload] }),
            "unfinished": .array(
                state.traces.sorted { $0.key < $1.key }.map { item, traces in
                    let places = [traces.started ?? .start] + traces.events
                    return .array([.int(item)] + places.map { .int($0.int) })
                }),
            "redrives": .array(state.redrives.map { .int($0.position.int) }),
            "next": .int(results.next),
            "items": results.items.map { .int($0) } ?? .null,
            "children": results.children.map { .int($0) } ?? .null,
            "source": .int(results.source.int),
            "gap": .bool(results.isBeforeGap),
            "sinks": results.sinks.map { .array($0) } ?? .null,
            "strikes": state.strikes.head, "bisects": .bool(state.splits.isOn),
        ]
    }

    private init?(_ payload: UnsafeRawBufferPointer) {
        let headSize = Int(payload.integer(at: 0, as: UInt32.self))
        let text = payload.part(4..<4 + headSize).assumingMemoryBound(to: UInt8.self)
        var offset = 4 + headSize
        guard let head = try? Value.parse(text), let position = head["position"]?.position,
            let finished = ItemSet.read(payload, &offset)
        else { return nil }
        self.position = position
        state.finished = finished
        readState(head)
        for redrive in head["redrives"]?.array?.elements ?? [] {
            guard let place = redrive.position, let items = ItemSet.read(payload, &offset)
            else { return nil }
            state.redrives.append(MapRunState.Redrive(position: place, items: items))
        }
        if let strikes = head["strikes"], !strikes.isNull {
            guard let book = StrikeBook(strikes, payload, &offset) else { return nil }
            state.strikes = book
        }
        if head["bisects"] == true {
            guard let middles = ItemSet.read(payload, &offset) else { return nil }
            state.splits.isOn = true
            state.splits.middles = middles
        }
        results = ResultsProgress(
            next: head["next"]?.number?.int ?? 0, items: head["items"]?.number?.int,
            children: head["children"]?.number?.int, source: head["source"]?.position ?? .start,
            sinks: head["sinks"]?.array?.elements,
            isBeforeGap: head["gap"] == true)
    }

    private static func counts(_ value: Value?) -> StatusCounts {
        var counts = StatusCounts()
        for (status, count) in zip(ItemStatus.allCases, value?.array?.elements ?? []) {
            counts[status] = count.number?.int ?? 0
        }
        return counts
    }

    private mutating func readState(_ head: Value) {
        state.counts = Self.counts(head["counts"])
        state.itemCounts = Self.counts(head["itemCounts"])
        state.total = head["total"]?.number?.int
        state.notes = (head["notes"]?.array?.elements ?? []).map {
            Note(kind: $0["kind"]?.text ?? "", payload: $0["payload"] ?? .null)
        }
        for entry in head["unfinished"]?.array?.elements ?? [] {
            let numbers = (entry.array?.elements ?? []).compactMap(\.number?.int)
            guard let item = numbers.first else { continue }
            let places = numbers.dropFirst().map { JournalPosition(raw: UInt64($0)) }
            state.traces[item] = MapRunState.Traces(
                started: places.first == .start ? nil : places.first,
                events: Array(places.dropFirst()))
        }
    }
}

extension JournalPosition {
    var int: Int { Int(truncatingIfNeeded: raw) }
}

extension Value {
    fileprivate var position: JournalPosition? {
        number?.int.map { JournalPosition(raw: UInt64($0)) }
    }
}
