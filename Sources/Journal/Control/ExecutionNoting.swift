import JSON

/// Adds a note to the journal of a parent execution that no process is writing.
public enum ExecutionNoting {
    /// Appends the note in a segment of its own, and flushes it.
    public static func append(
        _ note: Note, to directory: String, run: String, options: JournalOptions,
        files: any FileSystem = SystemFiles()
    ) throws(RunError) {
        let history = try ExecutionHistory.read(directory, files: files)
        let (_, next) = try TornTail.prepare(
            history.tail, in: directory, files: files, flushing: options.durability.flushes)
        try SegmentWriter.append(
            [note], as: next, to: directory, run: run, options: options, files: files)
    }
}

extension SegmentWriter {
    /// Writes a segment that holds these notes, and flushes it.
    static func append(
        _ notes: [Note], as number: Int, to directory: String, run: String, options: JournalOptions,
        files: any FileSystem
    ) throws(RunError) {
        var segments = SegmentWriter(
            directory: directory, run: run, number: number, files: files, options: options)
        var batch = RecordBatch()
        for note in notes { batch.note(kind: note.kind, payload: note.payload) }
        try segments.append(UnsafeRawBufferPointer(batch.bytes))
        guard options.durability.flushes, let segment = segments.segment else { return }
        try files.flush(segment.file, path: segment.path)
        try files.flushDirectory(directory)
    }
}
