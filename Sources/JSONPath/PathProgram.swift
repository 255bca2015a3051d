import JSON

/// What a path was compiled to.
final class PathProgram: Sendable {
    let text: String
    let steps: [PathStep]
    let isDefinite: Bool
    /// The quick way for a path of names and single indexes, which nearly all paths are.
    let lookup: Lookup?
    /// Whether there is a step other than a single name.
    let hasIndexes: Bool

    init(_ text: String, _ steps: [PathStep]) {
        self.text = text
        self.steps = steps
        isDefinite = steps.allSatisfy(\.isDefinite)
        hasIndexes = steps.contains { step in
            guard case .name = step else { return true }
            return false
        }
        lookup = Self.lookup(steps)
    }

    private static func lookup(_ steps: [PathStep]) -> Lookup? {
        var way: [Lookup.Step] = []
        for step in steps {
            switch step {
            case .name(let key): way.append(.name(key))
            case .index(let index): way.append(.index(index))
            default: return nil
            }
        }
        return Lookup(way)
    }
}
