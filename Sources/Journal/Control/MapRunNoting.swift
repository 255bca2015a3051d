import JSON

/// Adds notes to the journal of a Map Run that no process is writing.
public enum MapRunNoting {
    /// Appends the note in a segment of its own, and flushes it.
    public static func append(
        _ note: Note, to directory: String, run: String, options: JournalOptions,
        files: any FileSystem = SystemFiles()
    ) throws(RunError) {
        try append([note], to: directory, run: run, options: options, files: files)
    }

    /// Appends notes in a segment of their own, and flushes it.
    public static func append(
        _ notes: [Note], to directory: String, run: String, options: JournalOptions,
        files: any FileSystem = SystemFiles()
    ) throws(RunError) {
        let recovered = try RecoveredMapRun.read(directory, files: files)
        let (_, next) = try recovered.prepare(flushing: options.durability.flushes)
        try SegmentWriter.append(
            notes, as: next, to: directory, run: run, options: options, files: files)
    }
}
