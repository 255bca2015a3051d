import JSON

/// Makes the rows of one kind of dataset; a row depends on the seed and its index only.
protocol RowMaker {
    func writeHeader(to buffer: inout ByteBuffer)
    func writeCSV(row: Int, to buffer: inout ByteBuffer)
    func writeJSON(row: Int, to buffer: inout ByteBuffer)
}

extension ByteBuffer {
    /// Appends a number with leading zeros.
    mutating func append(_ value: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(truncatingIfNeeded: value / divisor % 10) + 0x30)
            divisor /= 10
        }
    }
}
