import CZlib
import Dispatch
import Glibc

/// The bytes of a gzip file made of many small members that tell their size (BGZF, as `bgzip`
/// writes it): members are decompressed on all cores, a batch at a time.
final class BlockGzipBytes: ByteSource {
    private let compressed: any ByteSource
    private let input: UnsafeMutableRawBufferPointer
    private let output: UnsafeMutableRawBufferPointer
    /// Compressed bytes that have been read and not been decompressed.
    private var inputRange = 0..<0
    private var inputTaken = 0
    private var atInputEnd = false
    /// Decompressed bytes that have not been handed out.
    private var outputRange = 0..<0
    private var produced = 0
    private var lastWasEmpty = false
    private var pendingError: RecordsError?
    /// What reads the rest, from the first member on that does not tell its size.
    private var rest: GzipBytes?

    private static let batch = 32
    private static let blockBytes = 64 << 10

    /// How many bytes `size` wants to see.
    static let headerBytes = 18

    /// The whole size of the member that starts with these bytes, if it tells it.
    static func size(_ start: UnsafeRawBufferPointer) -> Int? {
        let fixed: [UInt8] = [0x1F, 0x8B, 0x08, 0x04]
        let subfield: [UInt8] = [0x42, 0x43, 0x02, 0x00]
        guard start.count >= headerBytes, start.prefix(4).elementsEqual(fixed),
            start[12..<16].elementsEqual(subfield)
        else { return nil }
        return Int(start[16]) + Int(start[17]) << 8 + 1
    }

    init(_ compressed: any ByteSource) {
        self.compressed = compressed
        input = .allocate(byteCount: Self.batch * Self.blockBytes, alignment: 16)
        output = .allocate(byteCount: Self.batch * Self.blockBytes, alignment: 16)
    }

    deinit {
        input.deallocate()
        output.deallocate()
    }

    var file: String { compressed.file }
    var progress: ReadingProgress { compressed.progress }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        while outputRange.isEmpty {
            if let rest { return try rest.read(into: buffer) }
            if let pendingError { throw pendingError }
            guard try decompressBatch() else { return 0 }
        }
        let part = outputRange.prefix(buffer.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: output[part]))
        outputRange = part.upperBound..<outputRange.upperBound
        return part.count
    }

    /// Decompresses the members that are there as a whole; false at the end of the file.
    private func decompressBatch() throws(RecordsError) -> Bool {
        try refill()
        let members = try wholeMembers()
        guard !members.isEmpty else {
            if rest == nil && !lastWasEmpty { throw truncated() }
            return rest != nil
        }
        var sizes = [Int](repeating: -1, count: members.count)
        inflate(members, &sizes)
        place(members, sizes)
        return true
    }

    private func refill() throws(RecordsError) {
        input.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[inputRange]))
        inputRange = 0..<inputRange.count
        while !atInputEnd && inputRange.count < input.count {
            let room = UnsafeMutableRawBufferPointer(rebasing: input[inputRange.upperBound...])
            let count = try compressed.read(into: room)
            atInputEnd = count == 0
            inputTaken += count
            inputRange = 0..<inputRange.upperBound + count
        }
    }

    private func wholeMembers() throws(RecordsError) -> [Range<Int>] {
        var members: [Range<Int>] = []
        while members.count < Self.batch, !inputRange.isEmpty {
            let start = UnsafeRawBufferPointer(rebasing: input[inputRange])
            guard let size = Self.size(start) else {
                try readRestAsGzip(members.isEmpty)
                break
            }
            guard size <= start.count else {
                if atInputEnd && members.isEmpty { throw truncated() }
                break
            }
            members.append(inputRange.lowerBound..<inputRange.lowerBound + size)
            inputRange = inputRange.lowerBound + size..<inputRange.upperBound
        }
        return members
    }

    /// Goes on without batches; members that are found before come first.
    private func readRestAsGzip(_ isNext: Bool) throws(RecordsError) {
        guard isNext else { return }
        let start = Array(input[inputRange])
        rest = try GzipBytes(PeekedBytes(start, then: compressed), after: produced)
    }

    private func inflate(_ members: [Range<Int>], _ sizes: inout [Int]) {
        sizes.withUnsafeMutableBufferPointer { sizes in
            // Each iteration has members, output and size of its own.
            nonisolated(unsafe) let sizes = sizes
            nonisolated(unsafe) let input = input
            nonisolated(unsafe) let output = output
            DispatchQueue.concurrentPerform(iterations: members.count) { index in
                let start = index * Self.blockBytes
                sizes[index] = Self.inflateMember(
                    UnsafeMutableRawBufferPointer(rebasing: input[members[index]]),
                    UnsafeMutableRawBufferPointer(
                        rebasing: output[start..<start + Self.blockBytes]))
            }
        }
    }

    /// Decompresses one member; tells its bytes, or -1 if it is damaged.
    private static func inflateMember(
        _ member: UnsafeMutableRawBufferPointer, _ block: UnsafeMutableRawBufferPointer
    ) -> Int {
        var stream = z_stream()
        let size = CInt(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else { return -1 }
        defer { inflateEnd(&stream) }
        stream.next_in = member.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(member.count)
        stream.next_out = block.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(block.count)
        guard CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END, stream.avail_in == 0 else {
            return -1
        }
        return block.count - Int(stream.avail_out)
    }

    /// Moves the blocks together, up to the first that is damaged.
    private func place(_ members: [Range<Int>], _ sizes: [Int]) {
        var end = 0
        for (index, size) in sizes.enumerated() {
            guard size >= 0 else {
                pendingError = failure(
                    .corrupt, "damaged gzip stream; fetch the file again",
                    fileOffset: inputTaken - inputRange.upperBound + members[index].lowerBound,
                    byteOffset: produced + end)
                break
            }
            let start = index * Self.blockBytes
            UnsafeMutableRawBufferPointer(rebasing: output[end..<end + size]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: output[start..<start + size]))
            end += size
            lastWasEmpty = size == 0
        }
        outputRange = 0..<end
        produced += end
    }

    /// The format ends with an empty member: without it the file may lack any number of others.
    private func truncated() -> RecordsError {
        failure(
            .truncated, "the gzip stream ends too early; the file is not whole",
            fileOffset: inputTaken, byteOffset: produced)
    }

    private func failure(
        _ kind: RecordsError.Kind, _ message: String, fileOffset: Int, byteOffset: Int
    ) -> RecordsError {
        RecordsError(
            kind, file: file, message, byteOffset: byteOffset, fileOffset: fileOffset)
    }
}
