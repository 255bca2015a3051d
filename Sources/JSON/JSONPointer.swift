/// A JSON Pointer (RFC 6901): the way from a document's root to one value in it.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// The steps, unescaped.
    public var steps: [String]

    /// A pointer of these unescaped steps.
    public init(_ steps: [String]) { self.steps = steps }

    /// Reads `/a/0/b~1c`; the empty text is the root. Nil if it does not start with a slash or
    /// has a `~` that is not `~0` or `~1`.
    public init?(parsing text: String) {
        guard !text.isEmpty else {
            steps = []
            return
        }
        guard text.hasPrefix("/") else { return nil }
        var steps: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let step = Self.unescape(part) else { return nil }
            steps.append(step)
        }
        self.steps = steps
    }

    private static func unescape(_ part: Substring) -> String? {
        var out = ""
        var rest = part[...]
        while let character = rest.popFirst() {
            guard character == "~" else {
                out.append(character)
                continue
            }
            switch rest.popFirst() {
            case "0": out.append("~")
            case "1": out.append("/")
            default: return nil
            }
        }
        return out
    }

    /// The pointer one step further.
    public func appending(_ step: String) -> JSONPointer { JSONPointer(steps + [step]) }

    /// The value this pointer leads to, or nil.
    public func resolve(in root: Value) -> Value? {
        var value = root
        for step in steps {
            guard let next = Self.child(step, of: value) else { return nil }
            value = next
        }
        return value
    }

    private static func child(_ step: String, of value: Value) -> Value? {
        switch value {
        case .object(let object): return object[Key(step)]
        case .array(let array):
            guard let index = Int(step), String(index) == step, index >= 0, index < array.count
            else { return nil }
            return array[index]
        default: return nil
        }
    }

    public var description: String {
        steps.map { step in
            "/" + step.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
        }.joined()
    }
}
