/// What a crash left at the end of a journal, and its removal.
enum TornTail {
    /// Makes the journal ready for a new segment: cuts the last one where its last whole record
    /// ends, and flushes it, as whoever wrote it may not have come to that. Returns how many bytes
    /// went and the number of the segment to begin.
    static func prepare(
        _ tail: JournalReader.Tail, in directory: String, files: any FileSystem, flushing: Bool
    ) throws(RunError) -> (cut: Int, nextSegment: Int) {
        let cut = try cut(tail, in: directory, files: files)
        guard let last = try SegmentFile.all(in: directory, files).last else { return (cut, 1) }
        if flushing {
            let path = SegmentFile.path(directory, last)
            let file = try files.open(path, .update, to: "continue")
            defer { files.close(file) }
            try files.flush(file, path: path)
            try files.flushDirectory(directory)
        }
        return (cut, last + 1)
    }

    /// Bytes that were announced are never cut: a later mark that covers the place proves that
    /// this is damage and not the trace of a crash.
    private static func cut(
        _ tail: JournalReader.Tail, in directory: String, files: any FileSystem
    ) throws(RunError) -> Int {
        guard case .torn(let place, let reason) = tail else { return 0 }
        let path = SegmentFile.path(directory, place.segment)
        let file = try files.open(path, .update, to: "repair")
        defer { files.close(file) }
        let size: Int
        do { size = try files.size(file) } catch { throw error.error("read", path) }
        if try isAnnounced(place, file, path, size, files) {
            throw JournalReader.damaged(path, place.offset, reason)
        }
        do {
            if place.offset < SegmentHeader.smallestSize {
                try files.remove(path)
            } else {
                try files.truncate(file, to: place.offset)
            }
        } catch {
            throw error.error("cut the torn end of", path)
        }
        return size - place.offset
    }

    /// Whether a mark after `place` says that what lies there had been announced.
    private static func isAnnounced(
        _ place: JournalPosition, _ file: Int32, _ path: String, _ size: Int,
        _ files: any FileSystem
    ) throws(RunError) -> Bool {
        let markSize = FrameHeader.size + 8
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)
        defer { memory.deallocate() }
        var offset = place.offset
        while offset + markSize <= size {
            let count = try files.readAll(file, into: memory, at: offset, path: path)
            guard count >= markSize else { return false }
            let bytes = UnsafeRawBufferPointer(memory)
            for start in 0...count - markSize where bytes[start + 8] == 0xFF {
                let frame = bytes.part(start..<start + markSize)
                if let mark = announced(frame), mark > place { return true }
            }
            offset += count - markSize + 1
        }
        return false
    }

    private static func announced(_ frame: UnsafeRawBufferPointer) -> JournalPosition? {
        guard frame[10] == RecordType.announced.rawValue,
            case .record(.announced, frame.count) = FrameCheck(frame)
        else { return nil }
        return JournalPosition(raw: frame.integer(at: FrameHeader.size, as: UInt64.self))
    }
}
