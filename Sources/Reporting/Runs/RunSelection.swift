/// Finds the run that a user means.
public struct RunSelection: Sendable {
    /// Why none is found.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        case none
        case noneSuch(String)
        case several(String, [String])

        public var description: String {
            switch self {
            case .none: "there are no runs"
            case .noneSuch(let name): "there is no run '\(name)'"
            case .several(let name, let ids):
                "'\(name)' is the beginning of several runs, such as "
                    + ids.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            }
        }
    }

    private let ids: [String]

    /// A selection among these runs, oldest first.
    public init(_ ids: [String]) { self.ids = ids }

    /// The run with this id, the only one whose id begins so, or for `last` the youngest.
    public func find(_ name: String) throws(Failure) -> String {
        guard let last = ids.last else { throw .none }
        if name == "last" { return last }
        let found = ids.filter { $0.hasPrefix(name) }
        if let id = found.first, found.count == 1 || found.contains(name) {
            return found.contains(name) ? name : id
        }
        throw found.isEmpty ? .noneSuch(name) : .several(name, found)
    }
}
