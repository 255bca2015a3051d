import CZlib

/// Compresses what it is given; the header carries no time and no name, so equal input gives equal
/// output.
struct GzipWriter: ~Copyable {
    // zlib's state points back at its stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let gzipWindow: Int32 = 15 + 16
        let status = deflateInit2_(
            stream, 3, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        // zlib refuses only for want of memory, where Swift's own allocations trap too.
        precondition(status == Z_OK, "zlib could not start")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    mutating func write<Failure>(
        _ bytes: UnsafeBufferPointer<UInt8>,
        to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.pointee.avail_in = UInt32(bytes.count)
        while stream.pointee.avail_in > 0 { _ = try deflateBlock(Z_NO_FLUSH, to: sink) }
    }

    mutating func finish<Failure>(
        to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        while try deflateBlock(Z_FINISH, to: sink) != Z_STREAM_END {}
    }

    private func deflateBlock<Failure>(
        _ flush: Int32, to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> Int32 {
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let status = deflate(stream, flush)
        let written = output.count - Int(stream.pointee.avail_out)
        if written > 0 { try sink(UnsafeBufferPointer(rebasing: output[..<written])) }
        return status
    }
}
