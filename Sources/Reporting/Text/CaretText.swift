/// Shows a place in a text: the line it stands on, and a caret under it.
public enum CaretText {
    /// Two indented lines; `offset` is in bytes.
    public static func lines(_ text: String, offset: Int) -> [String] {
        let bytes = Array(text.utf8)
        let place = min(max(offset, 0), bytes.count)
        let start = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(of: 0x0A) ?? bytes.count
        let before = String(decoding: bytes[start..<place], as: UTF8.self)
        let padding = before.map { $0 == "\t" ? "\t" : " " }.joined()
        return ["  " + String(decoding: bytes[start..<end], as: UTF8.self), "  " + padding + "^"]
    }
}
