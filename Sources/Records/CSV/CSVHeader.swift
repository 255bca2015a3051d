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
        } else {
            names = try firstRecord()
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
        return try fields.map { field throws(RecordsError) in
            let start = Int(field.offset)
            let raw = UnsafeBufferPointer(
                rebasing: record[start...].prefix(Int(field.details & 0x7FFF_FFFF)))
            guard field.details >> 31 == 0 else { return CSVRow.unescape(raw, delimiter) }
            let isQuoted = start > 0 && record[start - 1] == UInt8(ascii: "\"")
            if !isQuoted, raw.contains(0x0D) { throw endsInReturns }
            return String(decoding: raw, as: UTF8.self)
        }
    }

    /// All rows would be one line, the header: none would be read, and nobody told.
    private var endsInReturns: RecordsError {
        failure(
            .header,
            "its lines end in a carriage return alone; convert the file, as with tr '\\r' '\\n'")
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
