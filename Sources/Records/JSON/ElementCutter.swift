import CBytes
import JSON

/// The elements of a JSON array, or the members of an object, found by counting brackets.
struct ElementCutter: RecordCutter {
    private var state = cbytes_elements_state(depth: 1, quoted: 0, escaped: 0)
    private let isArray: Bool
    private let isRoot: Bool
    private var isFirst = true

    var decoder: ItemDecoder { isArray ? .element : .member }
    var isDone: Bool { state.depth == 0 }

    /// Passes over everything before the first element.
    init(_ stream: RecordStream, _ configuration: ReaderConfiguration) throws(RecordsError) {
        let seeker = ElementSeeker(stream)
        try stream.skipByteOrderMark()
        if let pointer = configuration.itemsPointer { try seeker.go(to: pointer) }
        isRoot = configuration.itemsPointer?.steps.isEmpty ?? true
        isArray = try seeker.openContainer(objects: configuration.iteratesObjects)
    }

    mutating func cut(
        _ bytes: UnsafeBufferPointer<UInt8>, from position: Int, into records: inout RecordList
    ) throws(RecordFault) -> Int {
        let room = records.room
        return try withTemporary(room) { ends throws(RecordFault) in
            var count = 0
            let reached = cbytes_elements(
                &state, bytes.baseAddress, position, bytes.count, records.stop,
                ends.baseAddress, room, &count)
            for end in ends[..<count] { try add(bytes, upTo: Int(end), to: &records) }
            return reached
        }
    }

    private mutating func add(
        _ bytes: UnsafeBufferPointer<UInt8>, upTo end: Int, to records: inout RecordList
    ) throws(RecordFault) {
        let start = records.nextStart
        let closes = bytes[end] != 0x2C
        if closes, bytes[end] != (isArray ? 0x5D : 0x7D) {
            throw RecordFault(
                .malformed, at: end, "no valid JSON: expected '\(isArray ? "]" : "}")' here")
        }
        let isEmpty = !bytes[start..<end].contains { !isBlank($0) }
        guard !isEmpty || (isFirst && closes) else {
            throw RecordFault(.malformed, at: end, "no valid JSON: expected a value before this")
        }
        if !isEmpty { records.append(start, end) }
        isFirst = false
        records.nextStart = end + 1
    }

    mutating func finish(
        _ bytes: UnsafeBufferPointer<UInt8>, into records: inout RecordList
    ) throws(RecordFault) {
        throw RecordFault(
            .truncated, at: bytes.count,
            "ends inside the \(isArray ? "array" : "object") of items; the file is not whole")
    }

    func trailingFault(
        _ bytes: UnsafeBufferPointer<UInt8>, from position: Int
    ) -> RecordFault? {
        guard isRoot, let place = bytes[position...].firstIndex(where: { !isBlank($0) }) else {
            return nil
        }
        return RecordFault(.malformed, at: place, "no valid JSON: unexpected text after the value")
    }
}

/// Lends `body` memory for this many offsets.
func withTemporary<R>(
    _ count: Int, _ body: (UnsafeMutableBufferPointer<UInt32>) throws(RecordFault) -> R
) throws(RecordFault) -> R {
    // The library's function cannot tell which error its body throws.
    let result: Result<R, RecordFault> = withUnsafeTemporaryAllocation(
        of: UInt32.self, capacity: max(count, 1)
    ) { ends in
        do throws(RecordFault) {
            return .success(try body(ends))
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}
