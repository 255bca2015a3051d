import Glibc

/// JSON Lines: a value a line, blank lines passed over.
struct LineCutter: RecordCutter {
    var decoder: ItemDecoder { .element }

    mutating func cut(
        _ bytes: UnsafeBufferPointer<UInt8>, from position: Int, into records: inout RecordList
    ) throws(RecordFault) -> Int {
        guard let base = bytes.baseAddress else { return position }
        var position = position
        while !records.isFull {
            guard let end = memchr(base + position, 0x0A, bytes.count - position) else {
                return bytes.count
            }
            position = end - UnsafeMutableRawPointer(mutating: base)
            add(bytes, upTo: position, to: &records)
            position += 1
            records.nextStart = position
        }
        return position
    }

    mutating func finish(
        _ bytes: UnsafeBufferPointer<UInt8>, into records: inout RecordList
    ) throws(RecordFault) {
        add(bytes, upTo: bytes.count, to: &records)
        records.nextStart = bytes.count
    }

    private func add(
        _ bytes: UnsafeBufferPointer<UInt8>, upTo end: Int, to records: inout RecordList
    ) {
        let start = records.nextStart
        guard bytes[start..<end].contains(where: { !isBlank($0) }) else { return }
        records.append(start, end)
    }
}
