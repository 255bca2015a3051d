import CArchive

/// The bytes inside a zstd, bzip2 or xz stream, by libarchive.
final class ArchiveBytes: ByteSource {
    private let compressed: any ByteSource
    private let archive: OpaquePointer
    private let input: CompressedInput
    private var produced = 0
    /// What libarchive has decompressed and nobody has taken; its memory until more is asked of it.
    private var block = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Whether the stream holds nothing, which libarchive takes for an archive without entries.
    private var isEmpty = false

    init(_ compressed: any ByteSource) throws(RecordsError) {
        guard let archive = archive_read_new() else {
            throw RecordsError(.unreadable, file: compressed.file, "no memory to decompress it")
        }
        self.compressed = compressed
        self.archive = archive
        input = CompressedInput(compressed)
        archive_read_support_filter_zstd(archive)
        archive_read_support_filter_bzip2(archive)
        archive_read_support_filter_xz(archive)
        archive_read_support_format_raw(archive)
        archive_read_support_format_empty(archive)
        var entry: OpaquePointer?
        guard input.open(archive) == ARCHIVE_OK else { throw failure() }
        let status = archive_read_next_header(archive, &entry)
        isEmpty = status == ARCHIVE_EOF
        guard isEmpty || status == ARCHIVE_OK else { throw failure() }
        // What is cut within its header libarchive takes for bytes that are not compressed.
        guard isEmpty || archive_filter_code(archive, 0) != 0 else {
            throw RecordsError(
                .truncated, file: file,
                "the compressed stream ends too early; the file is not whole", byteOffset: 0,
                fileOffset: compressed.progress.bytesRead)
        }
    }

    deinit { archive_read_free(archive) }

    var file: String { compressed.file }
    var progress: ReadingProgress { compressed.progress }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        while block.isEmpty {
            guard try nextBlock() else {
                try checkEnd()
                return 0
            }
        }
        let part = block.prefix(buffer.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
        block = UnsafeRawBufferPointer(rebasing: block.dropFirst(part.count))
        produced += part.count
        return part.count
    }

    /// Decompresses more; false at the end. `archive_read_data` would fill a buffer, and lose what it
    /// has put there when it comes to a damaged place.
    private func nextBlock() throws(RecordsError) -> Bool {
        guard !isEmpty else { return false }
        var start: UnsafeRawPointer?
        var (count, offset) = (0, Int64(0))
        switch archive_read_data_block(archive, &start, &count, &offset) {
        case ARCHIVE_OK: block = UnsafeRawBufferPointer(start: start, count: count)
        case ARCHIVE_EOF: return false
        default: throw failure()
        }
        return true
    }

    /// What follows the last stream that libarchive recognises it takes for the end, as if a damaged
    /// header were none: only zeros, which pad blocks, may follow.
    private func checkEnd() throws(RecordsError) {
        let end = Int(archive_filter_bytes(archive, -1))
        guard let place = try input.firstNonZero(from: end) else { return }
        throw appended(at: place)
    }

    private func appended(at place: Int) -> RecordsError {
        RecordsError(
            .corrupt, file: file,
            "what follows the compressed stream is none; the file is damaged, or something was "
                + "appended to it", byteOffset: produced, fileOffset: place)
    }

    private func failure() -> RecordsError {
        if let error = input.error { return error }
        let reason = archive_error_string(archive).map { String(cString: $0) } ?? "unknown reason"
        // The xz decoder does not say that it wanted more bytes, only that it cannot go on.
        let isStuck = input.atEnd && reason.contains("No progress")
        if isStuck, let place = input.placeBehindXZ { return appended(at: place) }
        let isTruncated = isStuck || reason.lowercased().contains("truncated")
        return RecordsError(
            isTruncated ? .truncated : .corrupt, file: file,
            isTruncated
                ? "the compressed stream ends too early; the file is not whole"
                : "damaged compressed stream (\(reason)); fetch the file again",
            byteOffset: produced, fileOffset: compressed.progress.bytesRead)
    }
}

/// Hands a file's bytes to libarchive and keeps the error if that fails.
final class CompressedInput {
    private let compressed: any ByteSource
    private let block: UnsafeMutableRawBufferPointer
    private(set) var error: RecordsError?
    private(set) var atEnd = false
    /// How much of the block was read last, and how much of the file in all.
    private var filled = 0
    private var taken = 0

    init(_ compressed: any ByteSource) {
        self.compressed = compressed
        block = .allocate(byteCount: 256 << 10, alignment: 16)
    }

    deinit { block.deallocate() }

    /// Opens `archive` over the file; this object must outlive it.
    func open(_ archive: OpaquePointer) -> CInt {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return archive_read_open(
            archive, context, nil,
            { archive, context, buffer in
                guard let context, let buffer else { return -1 }
                let input = Unmanaged<CompressedInput>.fromOpaque(context).takeUnretainedValue()
                buffer.pointee = UnsafeRawPointer(input.block.baseAddress)
                return input.fill()
            }, nil)
    }

    /// The place of the first byte from `place` on that is not zero; nil if the file ends before.
    func firstNonZero(from place: Int) throws(RecordsError) -> Int? {
        var start = taken - filled
        var unread = block[..<filled].dropFirst(max(0, place - start))
        while true {
            if let index = unread.firstIndex(where: { $0 != 0 }) {
                return start + index - block.startIndex
            }
            start = taken
            filled = try compressed.read(into: block)
            taken += filled
            if filled == 0 { return nil }
            unread = block[..<filled]
        }
    }

    /// Where bytes begin that follow the end of an xz stream and are fewer than a stream's header
    /// has, if the file ends so.
    var placeBehindXZ: Int? {
        (1..<12).map { block[..<filled].dropLast($0) }.first { streams in
            let end = streams.suffix(4)
            let next = block[streams.endIndex...].prefix(1)
            return end.count == 4 && end.first == 0 && end.suffix(2).elementsEqual([0x59, 0x5A])
                && !next.elementsEqual([0xFD])
        }.map { taken - filled + $0.count }
    }

    private func fill() -> Int {
        if atEnd { return 0 }
        do {
            let count = try compressed.read(into: block)
            // At the end the last bytes may still be looked at: `firstNonZero`.
            if count > 0 { filled = count }
            taken += count
            atEnd = count == 0
            return count
        } catch {
            self.error = error
            return -1
        }
    }
}
