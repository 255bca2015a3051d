/// Bytes in memory, handed out in pieces.
final class MemoryBytes: ByteSource {
    let file: String
    private let bytes: [UInt8]
    private let piece: Int
    private var position = 0

    init(_ bytes: [UInt8], name: String, piece: Int = .max) {
        self.bytes = bytes
        self.piece = piece
        file = name
    }

    var progress: ReadingProgress {
        ReadingProgress(bytesRead: position, totalBytes: bytes.count)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        let count = min(piece, buffer.count, bytes.count - position)
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
    }
}
