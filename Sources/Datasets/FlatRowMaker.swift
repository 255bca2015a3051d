import JSON

/// Makes rows that are the same flat texts in every format; no text needs a quote or an escape.
protocol FlatRowMaker: RowMaker {
    associatedtype Row
    static var columns: [StaticString] { get }
    func draw(row: Int) -> Row
    func write(column: Int, of row: Row, to buffer: inout ByteBuffer)
}

extension FlatRowMaker {
    func writeHeader(to buffer: inout ByteBuffer) {
        for (column, name) in Self.columns.enumerated() {
            if column > 0 { buffer.append(0x2C) }
            buffer.append(name)
        }
        buffer.append(0x0A)
    }

    func writeCSV(row: Int, to buffer: inout ByteBuffer) {
        let row = draw(row: row)
        for column in Self.columns.indices {
            if column > 0 { buffer.append(0x2C) }
            write(column: column, of: row, to: &buffer)
        }
        buffer.append(0x0A)
    }

    func writeJSON(row: Int, to buffer: inout ByteBuffer) {
        let row = draw(row: row)
        for (column, name) in Self.columns.enumerated() {
            buffer.append(column == 0 ? "{\"" : ",\"")
            buffer.append(name)
            buffer.append("\":\"")
            write(column: column, of: row, to: &buffer)
            buffer.append("\"")
        }
        buffer.append("}")
    }
}
