import JSON

/// A segment that becomes part of the journal as a whole: whoever is killed before has added
/// nothing.
struct SegmentDraft {
    private let file: FileDraft

    /// Begins a draft of the journal's next segment.
    init(
        _ directory: String, _ number: Int, run: String, files: any FileSystem
    ) throws(RunError) {
        try files.makeDirectories(directory)
        file = try FileDraft(SegmentFile.path(directory, number), files: files)
        var header = ByteBuffer(capacity: 256)
        SegmentHeader(segment: number, run: run).append(to: &header)
        try file.append(header.bytes)
    }

    /// Writes the records of `batch` and empties it.
    func append(_ batch: inout RecordBatch) throws(RunError) {
        try file.append(batch.bytes)
        batch.removeAll()
    }

    /// Forgets the draft.
    func discard() throws(RunError) { try file.discard() }

    /// Makes the draft part of the journal.
    func finish(flushing: Bool) throws(RunError) { try file.finish(flushing: flushing) }
}
