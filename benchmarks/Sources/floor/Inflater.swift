import CZlib
import Glibc

/// Reads a gzip file in blocks.
struct Inflater: ~Copyable {
    private let descriptor: Int32
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
    private var isAtEnd = false

    init(path: String) {
        descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { exit(message: "cannot open \(path)") }
        stream.initialize(to: z_stream())
        inflateInit2_(stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
        close(descriptor)
    }

    /// Fills `room` as far as the file goes.
    mutating func read(into room: UnsafeMutableBufferPointer<UInt8>) -> Int {
        stream.pointee.next_out = room.baseAddress
        stream.pointee.avail_out = UInt32(room.count)
        while stream.pointee.avail_out > 0 && !isAtEnd {
            if stream.pointee.avail_in == 0 { refill() }
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_OK: continue
            case Z_STREAM_END: isAtEnd = true
            default: exit(message: "the input is damaged or cut short")
            }
        }
        return room.count - Int(stream.pointee.avail_out)
    }

    private func refill() {
        let count = Glibc.read(descriptor, input.baseAddress, input.count)
        guard count > 0 else { exit(message: "the input is cut short") }
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(count)
    }
}
