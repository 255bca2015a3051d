import JSON

/// Writes results in the formats that other programs read; memory does not grow with their number.
public struct ResultWriting {
    private let source: ResultSource
    private let write: (UnsafeBufferPointer<UInt8>) throws -> Void
    private static let blockSize = 1 << 16

    /// Results of a source, handed to `write` in blocks.
    public init(
        _ source: ResultSource, write: @escaping (UnsafeBufferPointer<UInt8>) throws -> Void
    ) {
        self.source = source
        self.write = write
    }

    /// A line of JSON for each, with the members it has or the chosen columns.
    public func lines(_ columns: [ResultColumn]?) throws {
        guard let columns else { return try source.forEachBlock(write) }
        try eachLine { line, buffer in
            Self.object(line, columns).write(to: &buffer)
            buffer.append(0x0A)
        }
    }

    /// One JSON array, an element a line.
    public func array(_ columns: [ResultColumn]?) throws {
        var isFirst = true
        try write("[")
        try forEachInBlocks { line, buffer in
            buffer.append(isFirst ? "\n" : ",\n")
            isFirst = false
            guard let columns else { return buffer.append(line) }
            try Self.object(Value.parse(line), columns).write(to: &buffer)
        }
        try write(isFirst ? "]\n" : "\n]\n")
    }

    /// CSV by RFC 4180 with a header: what is absent or null is empty, arrays and objects are JSON.
    public func csv(_ columns: [ResultColumn]) throws { try csv(columns, nil) }

    /// The same with all columns.
    public func csv(_ columns: ResultColumns) throws { try csv(columns.all, columns.tree) }

    private func csv(_ columns: [ResultColumn], _ tree: ColumnTree?) throws {
        var header = ByteBuffer()
        for (index, column) in columns.enumerated() {
            if index > 0 { header.append(0x2C) }
            CSVField.write(Text(column.name), to: &header)
        }
        header.append(0x0A)
        try write(header.bytes)
        if let tree { return try rows(tree, count: columns.count) }
        try eachLine { line, buffer in
            for (index, column) in columns.enumerated() {
                if index > 0 { buffer.append(0x2C) }
                if let value = column.value(in: line) { CSVField.write(value, to: &buffer) }
            }
            buffer.append(0x0A)
        }
    }

    /// One walk over each line finds the values of all its columns.
    private func rows(_ tree: ColumnTree, count: Int) throws {
        var cells = [ValueSpan?](repeating: nil, count: count)
        try forEachInBlocks { line, buffer in
            try ValueSpan.parsing(line) { line in
                for index in cells.indices { cells[index] = nil }
                tree.place(line) { column, value in cells[column] = value }
                for index in cells.indices {
                    if index > 0 { buffer.append(0x2C) }
                    if let value = cells[index] { CSVField.write(value, to: &buffer) }
                }
            }
            buffer.append(0x0A)
        }
    }

    /// Rows as arrays of JSON, a line each, under a line that names the columns and their types:
    /// what the writer of Parquet reads.
    public func typedRows(_ columns: ResultColumns) throws {
        let head = columns.all.indices.map { index -> Value in
            [.string(columns.all[index].name), .string(columns.kinds[index].rawValue)]
        }
        try write(Value.array(head).serialized + "\n")
        try eachLine { line, buffer in
            let row = columns.all.indices.map { index in
                Self.typed(columns.all[index].value(in: line), columns.kinds[index])
            }
            Value.array(row).write(to: &buffer)
            buffer.append(0x0A)
        }
    }

    private static func typed(_ value: Value?, _ kind: ResultColumns.Kind) -> Value {
        guard let value, !value.isNull else { return .null }
        guard kind == .text, value.kind != .string else { return value }
        return .string(value.serialized)
    }

    private static func object(_ line: Value, _ columns: [ResultColumn]) -> Value {
        .object(
            columns.compactMap { column in
                column.value(in: line).map { Member(Key(column.name), $0) }
            })
    }

    private func eachLine(_ body: (Value, inout ByteBuffer) throws -> Void) throws {
        try forEachInBlocks { line, buffer in try body(Value.parse(line), &buffer) }
    }

    private func forEachInBlocks(
        _ body: (UnsafeBufferPointer<UInt8>, inout ByteBuffer) throws -> Void
    ) throws {
        var buffer = ByteBuffer(capacity: Self.blockSize * 2)
        try source.forEachLine { line in
            try body(line, &buffer)
            guard buffer.count >= Self.blockSize else { return }
            try write(buffer.bytes)
            buffer.removeAll()
        }
        if buffer.count > 0 { try write(buffer.bytes) }
    }

    private func write(_ text: String) throws {
        var text = text
        try text.withUTF8 { try write($0) }
    }
}

/// One field of CSV.
enum CSVField {
    static func write(_ value: ValueSpan, to buffer: inout ByteBuffer) {
        switch value.kind {
        case .null: return
        case .boolean, .number: value.plainBytes.map { buffer.append($0) }
        case .string, .array, .object:
            guard let bytes = value.plainBytes else { return write(value.value, to: &buffer) }
            write(bytes, to: &buffer)
        }
    }

    static func write(_ value: Value, to buffer: inout ByteBuffer) {
        switch value {
        case .null: return
        case .string(let text): write(text, to: &buffer)
        case .bool, .number: value.write(to: &buffer)
        case .array, .object: write(Text(value.serialized), to: &buffer)
        }
    }

    static func write(_ text: Text, to buffer: inout ByteBuffer) {
        text.withUTF8 { write($0, to: &buffer) }
    }

    private static func write(_ bytes: UnsafeBufferPointer<UInt8>, to buffer: inout ByteBuffer) {
        guard bytes.contains(where: needsQuotes) else { return buffer.append(bytes) }
        buffer.append(0x22)
        for byte in bytes {
            if byte == 0x22 { buffer.append(0x22) }
            buffer.append(byte)
        }
        buffer.append(0x22)
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte == 0x2C || byte == 0x22 || byte == 0x0A || byte == 0x0D
    }
}
