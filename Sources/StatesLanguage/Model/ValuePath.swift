import JSON
import JSONPath

/// A path as states write it: `$…` into the input, `$$…` into the Context object, `$name…` into a
/// variable.
public struct ValuePath: Sendable {
    /// What the path starts from.
    public enum Root: Sendable, Equatable {
        case input
        case context
        case variable(Key)
    }

    /// What the path starts from.
    public let root: Root
    /// The path from there.
    public let path: Path
    /// The path as the definition has it.
    public let text: String

    /// Combines the parts of a path that has been read.
    public init(root: Root, path: Path, text: String) {
        self.root = root
        self.path = path
        self.text = text
    }
}
