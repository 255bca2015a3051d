import CZlib

/// The bytes inside a gzip stream of one or many members.
///
/// Zero bytes after the last member are padding and pass; anything else there is an error, because
/// it may as well be a member whose start is damaged. A stream that ends inside a member is one too.
final class GzipBytes: ByteSource {
    private let compressed: any ByteSource
    private let input: UnsafeMutableRawBufferPointer
    private var stream = z_stream()
    private var isInsideMember = false
    private var members: Int
    private var atInputEnd = false
    private var produced: Int

    /// A reader of the whole stream, or of what follows after members that gave `produced` bytes.
    init(_ compressed: any ByteSource, after produced: Int? = nil) throws(RecordsError) {
        self.compressed = compressed
        self.produced = produced ?? 0
        members = produced == nil ? 0 : 1
        input = .allocate(byteCount: 256 << 10, alignment: 16)
        let status = inflateInit2_(
            &stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw RecordsError(.unreadable, file: compressed.file, "no memory to decompress it")
        }
    }

    deinit {
        inflateEnd(&stream)
        input.deallocate()
    }

    var file: String { compressed.file }
    var progress: ReadingProgress { compressed.progress }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(min(buffer.count, Int(Int32.max)))
        let room = stream.avail_out
        while stream.avail_out == room {
            if stream.avail_in == 0 { try refill() }
            if !isInsideMember, try !startMember() { return 0 }
            try inflateOnce()
        }
        let count = Int(room - stream.avail_out)
        produced += count
        return count
    }

    private func refill() throws(RecordsError) {
        let count = try compressed.read(into: input)
        atInputEnd = count == 0
        stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(count)
    }

    private func inflateOnce() throws(RecordsError) {
        switch inflate(&stream, Z_NO_FLUSH) {
        case Z_OK: break
        case Z_STREAM_END: isInsideMember = false
        case Z_BUF_ERROR where stream.avail_in == 0 && !atInputEnd: break
        case Z_BUF_ERROR:
            throw failure(.truncated, "the gzip stream ends too early; the file is not whole")
        default:
            let reason = stream.msg.map { String(cString: $0) } ?? "unknown reason"
            throw failure(.corrupt, "damaged gzip stream (\(reason)); fetch the file again")
        }
    }

    /// Whether another member starts here.
    private func startMember() throws(RecordsError) -> Bool {
        if members > 0 { try skipPadding() }
        guard !atInputEnd else { return false }
        inflateReset(&stream)
        members += 1
        isInsideMember = true
        return true
    }

    private func skipPadding() throws(RecordsError) {
        while !atInputEnd, let next = stream.next_in {
            if stream.avail_in == 0 {
                try refill()
            } else if next.pointee == 0 {
                stream.next_in = next + 1
                stream.avail_in -= 1
            } else if next.pointee == 0x1F {
                return
            } else {
                throw failure(.corrupt, "bytes after the end of the gzip stream are no gzip")
            }
        }
    }

    private func failure(_ kind: RecordsError.Kind, _ message: String) -> RecordsError {
        RecordsError(
            kind, file: file, message, byteOffset: produced,
            fileOffset: progress.bytesRead - Int(stream.avail_in))
    }
}
