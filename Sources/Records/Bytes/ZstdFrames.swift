/// The bytes of Zstandard frames that follow one another; then an end, and what is behind them.
///
/// The decoder would take zeros behind a frame for a damaged one, and keep to itself what it has
/// decompressed of the frames before.
final class ZstdFrames: ByteSource {
    private let source: any ByteSource
    private var walk = ZstdFrameWalk()
    /// Bytes that were read and are not known to be of a frame.
    private var held: [UInt8] = []
    private var hasToldEnd = false

    init(_ source: any ByteSource) { self.source = source }

    var file: String { source.file }
    var progress: ReadingProgress { source.progress }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        while !walk.hasEnded {
            let kept = held.count
            let count = try fill(buffer)
            if count == kept { walk.finish(held) }
            let passed = walk.advance(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            held = Array(buffer[passed..<count])
            if passed > 0 || count == 0 { return passed }
        }
        guard hasToldEnd else {
            hasToldEnd = true
            return 0
        }
        defer { held = [] }
        return try fill(buffer)
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        buffer.copyBytes(from: held)
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[held.count...])
        return held.count + (room.isEmpty ? 0 : try source.read(into: room))
    }
}
