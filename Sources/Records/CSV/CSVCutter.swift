import CBytes
import JSON

/// CSV by AWS's rules: line feeds outside quotes end records.
struct CSVCutter: RecordCutter {
    private var state: cbytes_csv_state
    let columns: CSVColumns
    private let detach: Bool

    var decoder: ItemDecoder { .csv(columns.layout, detach: detach) }
    var shared: (any AnyObject & Sendable)? { columns }

    /// Takes the header from the first record unless the configuration gives one.
    init(_ stream: RecordStream, _ configuration: ReaderConfiguration) throws(RecordsError) {
        let delimiter = configuration.csvDelimiter.byte
        state = Self.freshState(delimiter)
        detach = configuration.detachRows
        try stream.skipByteOrderMark()
        var header = CSVHeader(stream, configuration)
        columns = CSVColumns(
            try header.names(), delimiter: delimiter, isOfFile: configuration.csvHeaders == nil)
    }

    static func freshState(_ delimiter: UInt8) -> cbytes_csv_state {
        cbytes_csv_state(delimiter: delimiter, may_open: 1, quoted: 0, escaped: 0, saw_high: 0)
    }

    mutating func cut(
        _ bytes: UnsafeBufferPointer<UInt8>, from position: Int, into records: inout RecordList
    ) throws(RecordFault) -> Int {
        let room = records.room
        return try withTemporary(room) { ends throws(RecordFault) in
            var count = 0
            let reached = cbytes_csv_records(
                &state, bytes.baseAddress, position, bytes.count, records.stop, ends.baseAddress,
                room, &count)
            for end in ends[..<count] { add(bytes, upTo: Int(end), to: &records) }
            return reached
        }
    }

    private func add(
        _ bytes: UnsafeBufferPointer<UInt8>, upTo end: Int, to records: inout RecordList
    ) {
        let start = records.nextStart
        let lineEnd = end - start > 1 && bytes[end - 2] == 0x0D ? end - 2 : end - 1
        records.append(start, lineEnd)
        records.nextStart = end
    }

    mutating func finish(
        _ bytes: UnsafeBufferPointer<UInt8>, into records: inout RecordList
    ) throws(RecordFault) {
        guard state.quoted == 0 else {
            throw RecordFault(
                .truncated, at: records.nextStart,
                "a quoted field in the record that starts here is never closed")
        }
        guard records.nextStart < bytes.count else { return }
        records.append(records.nextStart, bytes.count)
        records.nextStart = bytes.count
    }

    func fault(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> RecordFault? {
        // Once a byte over 127 has been seen all blocks are checked: rarely more than a glance.
        guard state.saw_high != 0 else { return nil }
        return Self.encodingFault(bytes, range)
    }

    static func encodingFault(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> RecordFault? {
        guard let place = UTF8Check.firstInvalid(UnsafeBufferPointer(rebasing: bytes[range])) else {
            return nil
        }
        return RecordFault(
            .invalidUTF8, at: range.lowerBound + place,
            "not valid UTF-8; convert the file, as with iconv -f latin1 -t utf-8")
    }
}
