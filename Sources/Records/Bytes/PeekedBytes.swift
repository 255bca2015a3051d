/// A source whose first bytes have been looked at before it is read: for pipes as well as files.
final class PeekedBytes: ByteSource {
    private let source: any ByteSource
    private var peeked: ArraySlice<UInt8> = []

    /// The first bytes, up to as many as were asked for.
    let start: [UInt8]

    init(_ source: any ByteSource, count: Int) throws(RecordsError) {
        self.source = source
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { block.deallocate() }
        var start: [UInt8] = []
        while start.count < count {
            let room = UnsafeMutableRawBufferPointer(rebasing: block.dropFirst(start.count))
            let got = try source.read(into: room)
            if got == 0 { break }
            start += room[..<got]
        }
        self.start = start
        peeked = start[...]
    }

    /// Hands out these bytes, and then those of `source`.
    init(_ start: [UInt8], then source: any ByteSource) {
        self.source = source
        self.start = start
        peeked = start[...]
    }

    var file: String { source.file }
    var progress: ReadingProgress { source.progress }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        guard !peeked.isEmpty else { return try source.read(into: buffer) }
        let part = peeked.prefix(buffer.count)
        buffer.copyBytes(from: part)
        peeked = peeked.dropFirst(part.count)
        return part.count
    }
}
