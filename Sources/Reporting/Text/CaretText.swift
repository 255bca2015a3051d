/// Shows a place in a text: the line it stands on, and a caret under it.
public enum CaretText {
    /// How much of a long line is shown on either side of the place.
    private static let margin = 60

    /// Two indented lines; `offset` is in bytes. Of a long line only what is around the place.
    public static func lines(_ text: String, offset: Int) -> [String] {
        let bytes = Array(text.utf8)
        let place = min(max(offset, 0), bytes.count)
        let start = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(of: 0x0A) ?? bytes.count
        var before = String(decoding: bytes[start..<place], as: UTF8.self)
        var after = String(decoding: bytes[place..<end], as: UTF8.self)
        if before.count > margin { before = "…" + before.suffix(margin) }
        if after.count > margin { after = after.prefix(margin) + "…" }
        let padding = before.map { $0 == "\t" ? "\t" : " " }.joined()
        return ["  " + before + after, "  " + padding + "^"]
    }
}
