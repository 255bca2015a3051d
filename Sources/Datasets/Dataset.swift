import JSON

/// A made-up dataset: the same kind, format, rows and seed always give the same bytes.
public struct Dataset: Sendable {
    /// What the rows are about.
    public enum Kind: String, CaseIterable, Sendable {
        case registrations, customers, orders
    }

    /// How the rows are written.
    public enum Format: String, CaseIterable, Sendable {
        case csv, json, jsonl
    }

    /// What the rows are about.
    public var kind: Kind
    /// How the rows are written.
    public var format: Format
    /// How many rows there are, header not counted.
    public var rows: Int
    /// What the rows depend on.
    public var seed: UInt64
    /// Whether the bytes are compressed.
    public var isGzipped: Bool

    /// A dataset of so many rows.
    public init(
        kind: Kind = .registrations, format: Format = .csv, rows: Int, seed: UInt64 = 1,
        isGzipped: Bool = false
    ) {
        self.kind = kind
        self.format = format
        self.rows = rows
        self.seed = seed
        self.isGzipped = isGzipped
    }

    /// Hands the dataset to `sink` in blocks; a block is valid only during the call.
    public func write<Failure>(
        to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        guard isGzipped else { return try writePlain(to: sink) }
        var gzip = GzipWriter()
        try writePlain { (block) throws(Failure) in try gzip.write(block, to: sink) }
        try gzip.finish(to: sink)
    }

    private func writePlain<Failure>(
        to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        switch kind {
        case .registrations: try write(Registrations(seed: seed), to: sink)
        case .customers: try write(Customers(seed: seed), to: sink)
        case .orders: try write(Orders(seed: seed), to: sink)
        }
    }

    private func write<Failure>(
        _ maker: some RowMaker, to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let blockSize = 1 << 18
        var block = ByteBuffer(capacity: blockSize + 4096)
        if format == .csv { maker.writeHeader(to: &block) }
        if format == .json { block.append("[\n") }
        for row in 0..<rows {
            if format == .csv {
                maker.writeCSV(row: row, to: &block)
            } else {
                if format == .json && row > 0 { block.append(",\n") }
                maker.writeJSON(row: row, to: &block)
                if format == .jsonl { block.append(0x0A) }
            }
            guard block.count >= blockSize else { continue }
            try sink(block.bytes)
            block.removeAll()
        }
        if format == .json { block.append("\n]\n") }
        try sink(block.bytes)
    }
}
