import JSON

/// One step of a compiled path.
enum PathStep: Sendable {
    case name(Key)
    /// Several names of one object: one object with those that exist.
    case names([Key])
    case index(Int)
    case indexes([Int])
    /// `[(@.length-n)]`; `n` as written after the minus sign.
    case fromEnd(Int)
    case slice(from: Int?, to: Int?)
    case wildcard
    /// `..`: the next step is tried at this value and at everything below it.
    case descend
    case filter(Filter)

    /// Whether the step leads to one place at most.
    var isDefinite: Bool {
        switch self {
        case .name, .names, .index, .fromEnd: true
        default: false
        }
    }

    /// The step in bracket notation, as failure messages print it.
    var fragment: String {
        switch self {
        case .name(let key): "['\(key.string)']"
        case .names(let keys): "[" + keys.map { "'\($0.string)'" }.joined(separator: ", ") + "]"
        case .index(let index): "[\(index)]"
        case .indexes(let indexes): "[" + indexes.map(String.init).joined(separator: ",") + "]"
        case .fromEnd(let distance): "[@.size()-\(distance)]"
        case .slice(let from, let to):
            "[" + (from.map(String.init) ?? "") + ":" + (to.map(String.init) ?? "") + "]"
        case .wildcard: "[*]"
        case .descend: ".."
        case .filter: "[?]"
        }
    }
}
