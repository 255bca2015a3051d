import Records

/// How many items an input has: counted, or told from its beginning where it is large.
public struct ItemCount: Sendable {
    /// The number.
    public var items: Int
    /// How far the number may be off, as a fraction of it; nil if it was counted.
    public var error: Double?

    /// When an input is large, and how much of it is read then, in bytes as they lie on the disk.
    struct Bounds {
        var large = 256 << 20
        var part = 4 << 20
        var parts = 16
    }

    /// Counts the items of a reader; `isExact` also of a large one.
    init(
        _ reader: any ItemReader, isExact: Bool, bounds: Bounds = Bounds()
    ) throws(RecordsError) {
        let total = reader.progress.totalBytes ?? 0
        items = 0
        guard !isExact, total > bounds.large else {
            while case let more = try reader.skip(1 << 20), more > 0 { items += more }
            return
        }
        var densities: [Double] = []
        var start = (items: 0, bytes: 0)
        var bytes = reader.progress.bytesRead
        while densities.count < bounds.parts {
            let more = try reader.skip(256)
            // Whatever was told of its size, it was read to its end.
            if more == 0 { return }
            items += more
            // Bytes are read ahead: when more are, the items are those of the bytes before.
            let known = bytes
            bytes = reader.progress.bytesRead
            guard bytes > known, known - start.bytes >= bounds.part else { continue }
            densities.append(Double(items - start.items) / Double(known - start.bytes))
            start = (items, known)
        }
        let mean = densities.reduce(0, +) / Double(densities.count)
        let squares = densities.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(densities.count - 1)).squareRoot()
        items = Int((mean * Double(total)).rounded())
        error = max(0.001, 2 * deviation / mean / Double(densities.count).squareRoot())
    }
}
