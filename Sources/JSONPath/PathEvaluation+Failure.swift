import JSON

extension PathEvaluation {
    /// The failure in the library's words.
    func explanation() -> PathFailure {
        if let filterFailure { return filterFailure }
        guard let (kind, step, value) = failure else {
            return PathFailure(.noResults, "No results for path: $" + fragments(from: 0))
        }
        switch kind {
        case .noResults: return PathFailure(kind, "No results for path: \(location)")
        case .missingProperty: return PathFailure(kind, "Missing property in path \(location)")
        case .notAnObject:
            return PathFailure(
                kind, "Property \(steps[step].fragment) not found in path \(location)")
        case .indexOutOfBounds:
            return PathFailure(kind, "Index out of bounds when evaluating path \(location)")
        case .null: return PathFailure(kind, "The path \(location) is null")
        case .invalid: return PathFailure(kind, invalidMessage(step, value))
        case .tooLarge:
            return PathFailure(kind, "the path has too many matches or nests too deep")
        }
    }

    private func invalidMessage(_ step: Int, _ value: Value) -> String {
        let rest = fragments(from: step)
        let context = "Current context is: \(value.javaText)"
        switch steps[step] {
        case .names:
            return "Multi properties can only be used as path leafs: "
                + location + steps[step].fragment
        case .filter: return "Filter: \(rest) can not be applied to primitives. \(context)"
        default: return "Filter: \(rest) can only be applied to arrays. \(context)"
        }
    }

    private var location: String {
        trail.reversed().reduce(into: "$") { text, location in
            switch location {
            case .name(let key): text += "['\(key.string)']"
            case .index(let index): text += "[\(index)]"
            }
        }
    }

    private func fragments(from step: Int) -> String {
        steps[step...].map(\.fragment).joined()
    }
}
