import CBytes
import JSON

/// Finds out the column names of a CSV file.
struct CSVHeader {
    private let stream: RecordStream
    private let configuration: ReaderConfiguration
    private var state: cbytes_csv_state

    init(_ stream: RecordStream, _ configuration: ReaderConfiguration) {
        self.stream = stream
        self.configuration = configuration
        state = CSVCutter.freshState(configuration.csvDelimiter.byte)
    }

    /// The names, from the configuration or from the first record, which is consumed.
    mutating func names() throws(RecordsError) -> [String] {
        let names: [String]
        if let given = configuration.csvHeaders {
            names = given
            try refuseReturns(line: 1)
        } else {
            names = try firstRecord()
            try refuseReturns(line: 2)
        }
        guard Set(names.map { Text($0) }).count == names.count else {
            let isGiven = configuration.csvHeaders != nil
            throw RecordsError(
                .header, file: isGiven ? "ReaderConfig.CSVHeaders" : stream.file,
                "the column \(duplicate(in: names)) occurs twice; rename one",
                line: isGiven ? nil : 1, awsCause: "CSV headers cannot contain duplicates.")
        }
        return names
    }

    private func duplicate(in names: [String]) -> String {
        var seen = Set<Text>()
        return names.first { !seen.insert(Text($0)).inserted }.map { "'\($0)'" } ?? ""
    }

    private mutating func firstRecord() throws(RecordsError) -> [String] {
        let length = try findEnd()
        let record = UnsafeBufferPointer(start: stream.bytes + stream.start, count: length)
        let names = try split(withoutLineEnd(record))
        stream.consume(upTo: stream.start + length)
        return names
    }

    /// The bytes of the first record with its line end.
    private mutating func findEnd() throws(RecordsError) -> Int {
        var searched = 0
        while true {
            var end: UInt32 = 0
            var count = 0
            searched = cbytes_csv_records(
                &state, stream.bytes + stream.start, searched, stream.filled - stream.start,
                Int.max, &end, 1, &count)
            guard searched <= configuration.maximumHeaderBytes else {
                throw failure(
                    .header,
                    "the header is larger than \(configuration.maximumHeaderBytes) bytes; "
                        + "check that its first line ends where it should")
            }
            if count > 0 { return searched }
            guard try stream.extend() else { return try finish(searched) }
        }
    }

    private func finish(_ length: Int) throws(RecordsError) -> Int {
        if length == 0 {
            throw failure(.empty, "is empty; a CSV file needs at least a first row with headers")
        }
        if state.quoted != 0 {
            throw failure(.truncated, "a quoted field in the header is never closed")
        }
        return length
    }

    private func withoutLineEnd(
        _ record: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8> {
        guard record.last == 0x0A else { return record }
        let line = UnsafeBufferPointer(rebasing: record.dropLast())
        return line.last == 0x0D ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
    }

    private func split(_ record: UnsafeBufferPointer<UInt8>) throws(RecordsError) -> [String] {
        if let fault = CSVCutter.encodingFault(record, 0..<record.count) {
            var error = failure(fault.kind, fault.message)
            error.byteOffset = stream.slabOffset + stream.start + fault.offset
            throw error
        }
        let delimiter = configuration.csvDelimiter.byte
        let fields = [cbytes_csv_field](
            unsafeUninitializedCapacity: record.count(of: delimiter) + 1
        ) { fields, count in
            count = cbytes_csv_fields(
                record.baseAddress, record.count, delimiter, fields.baseAddress, fields.count)
        }
        guard fields.count <= configuration.maximumColumns else {
            throw failure(
                .header,
                "\(fields.count) columns are more than \(configuration.maximumColumns); "
                    + "check the delimiter and that the first line ends where it should")
        }
        if hasReturn(record) { throw endsInReturns(line: 1) }
        return fields.map { field in
            let raw = UnsafeBufferPointer(
                rebasing: record[Int(field.offset)...].prefix(Int(field.details & 0x7FFF_FFFF)))
            guard field.details >> 31 == 0 else { return CSVRow.unescape(raw, delimiter) }
            return String(decoding: raw, as: UTF8.self)
        }
    }

    /// Whether a record would end earlier if carriage returns ended records: those within quotes
    /// do not.
    private func hasReturn(_ record: UnsafeBufferPointer<UInt8>) -> Bool {
        guard record.contains(0x0D) else { return false }
        let copy =
            record.map { $0 == 0x0D ? 0x0A : $0 } + [UInt8](repeating: 0, count: Slab.padding)
        var state = CSVCutter.freshState(configuration.csvDelimiter.byte)
        var end: UInt32 = 0
        var count = 0
        _ = cbytes_csv_records(&state, copy, 0, record.count, Int.max, &end, 1, &count)
        return count > 0
    }

    /// How much of a file is looked through for the end of its first line.
    private static let window = 64 << 10

    /// Refuses a file of which no line from this one on ends in a line feed, though lines do end.
    private func refuseReturns(line: Int) throws(RecordsError) {
        var bytes = unread
        while true {
            var state = CSVCutter.freshState(configuration.csvDelimiter.byte)
            var end: UInt32 = 0
            var count = 0
            _ = cbytes_csv_records(
                &state, bytes.baseAddress, 0, bytes.count, Int.max, &end, 1, &count)
            if count > 0, Int(end) < bytes.count { return }
            // A quote that is never closed is told as such.
            if stream.atEnd, count > 0 || state.quoted == 0 { break }
            if stream.atEnd { return }
            if bytes.count >= Self.window { break }
            // No more than is needed: what is read so early cannot be seen to change.
            stream.lookAhead(max(256, bytes.count * 2))
            // Where a record may not be longer nobody knows.
            guard unread.count > bytes.count || stream.atEnd else { return }
            bytes = unread
        }
        // Behind a header a return at the end alone makes no other rows.
        var record = withoutLineEnd(bytes)
        if line > 1, record.last == 0x0D {
            record = UnsafeBufferPointer(rebasing: record.dropLast())
        }
        if hasReturn(record) { throw endsInReturns(line: line) }
    }

    private var unread: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: stream.bytes + stream.start, count: stream.filled - stream.start)
    }

    /// All rows would be one line, or the header: none would be read, and nobody told.
    private func endsInReturns(line: Int) -> RecordsError {
        var error = failure(
            line == 1 ? .header : .malformed,
            "its lines end in a carriage return alone; convert the file, as with tr '\\r' '\\n'")
        error.line = line
        return error
    }

    private func failure(
        _ kind: RecordsError.Kind, _ message: String, awsCause: String? = nil
    ) -> RecordsError {
        RecordsError(kind, file: stream.file, message, line: 1, awsCause: awsCause)
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func count(of byte: UInt8) -> Int { cbytes_count(baseAddress, count, byte) }
}
