import JSON
import Journal

/// What has taken the place of an item that was edited and fed back.
public enum EditedItem {
    /// The item that passes the ItemSelector, or the child's input; nil if it was not edited.
    public static func read(_ index: Int, in folder: String) throws(RunError) -> Value? {
        guard let line = try ItemEdits.read(folder)?.value(of: index) else { return nil }
        return line["item"] ?? line["input"]
    }
}
