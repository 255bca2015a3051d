/// The end of a zip archive: a record that says where its directory of entries is.
enum ZipEnd {
    private static let size = 22
    private static let longestComment = 65_535

    /// Whether the file of this size has one behind a directory that is whole.
    static func isThere(in path: String, size: Int) throws(RecordsError) -> Bool {
        let start = max(0, size - Self.size - longestComment)
        let tail = try FileBytes.part(of: path, from: start, count: size - start)
        guard tail.count >= Self.size else { return false }
        for place in stride(from: tail.count - Self.size, through: 0, by: -1)
        where tail[place...].starts(with: [0x50, 0x4B, 5, 6]) {
            if try isEnd(tail, place, start, path) { return true }
        }
        return false
    }

    /// Whether the record there has its comment, and the directory is where it says: one within an
    /// entry is that of another archive.
    private static func isEnd(
        _ tail: [UInt8], _ place: Int, _ start: Int, _ path: String
    ) throws(RecordsError) -> Bool {
        func number(_ offset: Int, _ bytes: Int) -> Int {
            (0..<bytes).reduce(0) { $0 | Int(tail[place + offset + $1]) << (8 * $1) }
        }
        let (length, directory) = (number(12, 4), number(16, 4))
        guard place + size + number(20, 2) <= tail.count else { return false }
        // Another record says it where there are more than 4 GiB.
        guard length < 0xFFFF_FFFF, directory < 0xFFFF_FFFF else { return true }
        guard directory + length <= start + place else { return false }
        // Where a program is in front of the first entry, places may count from behind it.
        let first = try FileBytes.part(of: path, from: 0, count: 4)
        guard length > 0, first.starts(with: [0x50, 0x4B, 3, 4]) else { return true }
        return try FileBytes.part(of: path, from: directory, count: 4)
            .starts(with: [0x50, 0x4B, 1, 2])
    }
}
