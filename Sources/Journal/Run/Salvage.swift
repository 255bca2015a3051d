/// The way out of a damaged journal: keep everything before the damage.
public enum Salvage {
    /// Sets aside the damaged segment and those after it as `*.damaged`, puts the good beginning
    /// of the damaged one in its place, and returns the damage; nil if there was none.
    ///
    /// Nothing is deleted. Items whose outcomes lay behind the damage run again.
    public static func run(
        _ directory: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) -> RunError? {
        let damage = try setAsideDamage(in: directory, files)
        guard let shortage = try RecoveredMapRun.shortage(of: directory, files) else {
            return damage
        }
        try Checkpoint.remove(from: directory, files: files)
        return damage ?? shortage
    }

    private static func setAsideDamage(
        in directory: String, _ files: any FileSystem
    ) throws(RunError) -> RunError? {
        var reader = try JournalReader(salvaging: directory, files: files)
        do throws(RunError) {
            while try reader.next() != nil {}
            if case .torn(let place, let reason) = reader.tail {
                try setAside(from: place, in: directory, files)
                let path = SegmentFile.path(directory, place.segment)
                return JournalReader.damaged(path, place.offset, reason)
            }
            return try setAsideBehindGap(reader.position.segment + 1, in: directory, files)
        } catch {
            guard error.code == .damaged else { throw error }
            try setAside(from: reader.position, in: directory, files)
            return error
        }
    }

    /// Sets aside the segments after one that is missing.
    private static func setAsideBehindGap(
        _ missing: Int, in directory: String, _ files: any FileSystem
    ) throws(RunError) -> RunError? {
        let last = try SegmentFile.all(in: directory, files).last ?? 0
        guard last > missing else { return nil }
        try setAside(
            from: JournalPosition(segment: missing, offset: 0), in: directory, files)
        return JournalReader.missing(SegmentFile.path(directory, missing))
    }

    /// Salvages all journals of a run, which the caller has claimed, and returns the damages.
    public static func run(_ directory: RunDirectory) throws(RunError) -> [RunError] {
        var damages: [RunError] = []
        for path in [directory.journalPath] + (try directory.mapPaths()) {
            if let damage = try run(path, files: directory.files) { damages.append(damage) }
        }
        return damages
    }

    private static func setAside(
        from place: JournalPosition, in directory: String, _ files: any FileSystem
    ) throws(RunError) {
        let path = SegmentFile.path(directory, place.segment)
        for segment in try SegmentFile.all(in: directory, files).reversed()
        where segment >= place.segment {
            let damaged = SegmentFile.path(directory, segment)
            do {
                try files.rename(damaged, to: damaged + ".damaged")
            } catch {
                throw error.error("set aside", damaged)
            }
        }
        guard place.offset > 0, let old = try files.contents(of: path + ".damaged") else { return }
        let good = UnsafeRawBufferPointer(old.bytes).part(0..<place.offset)
        try files.replace(path, with: good, flushing: true)
        try files.flushDirectory(directory)
    }
}
