import JSON

/// Names of the files of a journal.
enum SegmentFile {
    static func path(_ directory: String, _ segment: Int) -> String {
        let digits = String(segment)
        let padding = String(repeating: "0", count: max(0, 6 - digits.utf8.count))
        return "\(directory)/\(padding)\(digits).journal"
    }

    static func number(_ name: String) -> Int? {
        guard name.hasSuffix(".journal") else { return nil }
        return Int(name.dropLast(8))
    }

    /// The numbers of the segments in a folder, ascending; none if there is no folder.
    static func all(in directory: String, _ files: any FileSystem) throws(RunError) -> [Int] {
        do {
            return try files.entries(of: directory).compactMap(number).sorted()
        } catch {
            if error.isMissing { return [] }
            throw error.error("list", directory)
        }
    }
}

/// A segment that is being written. Closed when the last one that works with it lets go, so a
/// flush on one thread never meets a descriptor that another has closed.
final class OpenSegment: Sendable {
    let number: Int
    let path: String
    let file: Int32
    private let files: any FileSystem

    /// Creates the file complete with its header: under another name first, so that readers never
    /// see a segment without one.
    init(
        _ number: Int, in directory: String, run: String, files: any FileSystem
    ) throws(RunError) {
        self.number = number
        self.files = files
        path = SegmentFile.path(directory, number)
        let temporary = path + ".new"
        file = try files.open(temporary, .create, to: "create")
        do {
            try writeHeader(run, temporary)
        } catch {
            files.close(file)
            throw error
        }
    }

    private func writeHeader(_ run: String, _ temporary: String) throws(RunError) {
        var header = ByteBuffer()
        SegmentHeader(segment: number, run: run).append(to: &header)
        try files.writeAll(file, UnsafeRawBufferPointer(header.bytes), at: 0, path: path)
        do {
            try files.rename(temporary, to: path)
        } catch {
            throw error.error("create", path)
        }
    }

    deinit { files.close(file) }
}
