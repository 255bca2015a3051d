import JSON

/// A path of names and single indexes only, which names one place: what `ResultPath` takes.
public struct ReferencePath: Sendable {
    /// The same path for reading.
    public let path: Path
    /// The name, if the path has one step.
    private let onlyName: Key?

    /// The path as it was written.
    public var text: String { path.text }

    /// Whether the path is `$`, the whole document.
    public var isRoot: Bool { path.steps.isEmpty }

    /// Compiles `$…`, in which a backslash makes the next character part of a name.
    public init(parsing text: String) throws(PathSyntaxError) {
        var parser = PathParser(text, mode: .reference)
        path = Path(parser.text, steps: try parser.parsePath())
        if path.steps.count == 1, case .name(let key) = path.steps[0] {
            onlyName = key
        } else {
            onlyName = nil
        }
        guard path.isReference else {
            throw PathSyntaxError(
                message: "a reference path has only names and single indexes", offset: 0)
        }
    }

    /// The value at this place.
    public func get(_ root: Value) throws(PathFailure) -> Value { try path.evaluate(root) }

    /// Puts `value` at this place: creates the objects that are missing on the way; an index
    /// only replaces an element that exists. On a failure `root` stays as it was.
    public func set(_ value: consuming Value, in root: inout Value) throws(PathFailure) {
        if let onlyName, root.kind == .object { return root.setMember(onlyName, value) }
        try check(root)
        write(value, into: &root, from: 0)
    }

    /// Follows the path as far as it exists and refuses what cannot be written to.
    private func check(_ root: Value) throws(PathFailure) {
        var current = root
        for (place, step) in path.steps.enumerated() {
            switch step {
            case .name(let key):
                guard case .object(let object) = current else {
                    throw failure(.notAnObject, at: place, "is no object")
                }
                // Whether the last member exists already makes no difference.
                guard place < path.steps.count - 1 else { return }
                guard let next = object[key] else { return try checkMissing(after: place) }
                current = next
            case .index(let index):
                guard case .array(let array) = current else {
                    throw failure(.invalid, at: place, "is no array")
                }
                guard index >= 0, index < array.count else {
                    throw failure(.indexOutOfBounds, at: place, "has no element \(index)")
                }
                current = array[index]
            default: break
            }
        }
    }

    /// Below a missing member everything is created, and only objects can be.
    private func checkMissing(after place: Int) throws(PathFailure) {
        for later in path.steps.indices.dropFirst(place + 1) {
            guard case .index = path.steps[later] else { continue }
            throw failure(.missingProperty, at: later, "does not exist, so it has no elements")
        }
    }

    private func failure(
        _ kind: PathFailure.Kind, at place: Int, _ what: String
    ) -> PathFailure {
        let way = path.steps[..<place].reduce("$") { $0 + $1.fragment }
        return PathFailure(kind, "cannot write to \(path.text): \(way) \(what)")
    }

    /// Takes the value on the way out, writes below it and puts it back, so that its storage has
    /// one owner and no sibling is copied.
    private func write(_ value: Value, into target: inout Value, from place: Int) {
        guard place < path.steps.count else { return target = value }
        switch path.steps[place] {
        case .name(let key):
            var object = Self.take(&target).object ?? ObjectValue()
            object.edit { members in
                guard let found = members.place(of: key) else {
                    var fresh = Value.object([])
                    write(value, into: &fresh, from: place + 1)
                    return members.append(Member(key, fresh))
                }
                write(value, into: &members[found].value, from: place + 1)
            }
            target = .object(object)
        case .index(let index):
            guard var array = Self.take(&target).array else { return }
            array.edit { write(value, into: &$0[index], from: place + 1) }
            target = .array(array)
        default: return
        }
    }

    private static func take(_ place: inout Value) -> Value {
        let taken = place
        place = .null
        return taken
    }
}
