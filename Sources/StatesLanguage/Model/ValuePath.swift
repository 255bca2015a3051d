import JSON
import JSONPath

/// A path as states write it: `$…` into the input, `$$…` into the Context object, `$name…` into a
/// variable.
///
/// A class, as are its neighbours in templates and conditions: to take one out of an enum then
/// costs one reference and not one for each of its parts.
public final class ValuePath: Sendable {
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
    /// For a path into one member of the Context object, that member and the path from there, so
    /// that the other members need not be built.
    let shortcut: ContextShortcut?
    /// The quick way that nearly all paths into the input have; `path` keeps it.
    let inputLookup: Lookup.Uncounted?

    /// Reads `$…`, `$$…` or `$name…`. In a reference path a backslash makes the next character part
    /// of a name.
    public init(parsing text: String, isReference: Bool = false) throws(PathSyntaxError) {
        let (root, rest) = Self.split(text)
        guard text.hasPrefix("$") else {
            throw PathSyntaxError(message: "a path starts with '$'", offset: 0)
        }
        do {
            let hasEscapes = isReference && text.utf8.contains(UInt8(ascii: "\\"))
            path =
                hasEscapes
                ? try ReferencePath(parsing: rest).path : try Path(parsing: rest)
        } catch {
            let skipped = text.utf8.count - rest.utf8.count
            throw PathSyntaxError(message: error.message, offset: error.offset + skipped)
        }
        self.root = root
        self.text = text
        inputLookup = root == .input ? path.lookup?.uncounted : nil
        shortcut = root == .context ? ContextShortcut(rest) : nil
    }

    /// The root and the path from there, which starts with a `$` of its own.
    private static func split(_ text: String) -> (Root, String) {
        if text.hasPrefix("$$") { return (.context, String(text.dropFirst())) }
        let name = text.dropFirst().prefix { $0 != "." && $0 != "[" && !$0.isWhitespace }
        guard VariableName.isValid(name) else { return (.input, text) }
        return (.variable(Key(String(name))), "$" + text[name.endIndex...])
    }

    /// `$`, the whole input.
    static var input: ValuePath? { try? ValuePath(parsing: "$") }

    /// Whether the path has only names and single indexes.
    public var isReference: Bool { path.isReference }

    /// Whether an index that an array does not have gives null in a template.
    var allowsMissingIndexes: Bool { path.isReference && !path.countsFromEnd }
}

/// A path into one member of the Context object.
struct ContextShortcut: Sendable {
    enum Root { case execution, stateMachine, map, itemValue }

    let root: Root
    let path: Path
    /// The quick way that nearly all paths have; `path` keeps it.
    let lookup: Lookup.Uncounted?

    /// `$.Map…` and the like; nil where the whole Context object is needed.
    init?(_ text: String) {
        let prefixes: [(String, Root)] = [
            ("$.Map.", .map), ("$.Execution.", .execution), ("$.StateMachine.", .stateMachine),
        ]
        let value = "$.Map.Item.Value"
        let rest = text.dropFirst(value.count)
        if text.hasPrefix(value), rest.isEmpty || rest.hasPrefix(".") || rest.hasPrefix("["),
            let path = try? Path(parsing: "$" + rest)
        {
            (self.root, self.path) = (.itemValue, path)
            lookup = path.lookup?.uncounted
            return
        }
        guard let (prefix, root) = prefixes.first(where: { text.hasPrefix($0.0) }),
            let path = try? Path(parsing: "$." + text.dropFirst(prefix.count))
        else { return nil }
        self.root = root
        self.path = path
        lookup = path.lookup?.uncounted
    }
}
