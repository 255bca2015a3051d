import JSON
import Journal

/// A definition as JSON, for questions about what is written in it.
struct DefinitionText {
    let root: Value

    /// The definition in a run's folder.
    static func read(_ path: String) throws(RunError) -> DefinitionText {
        guard let document = try SystemFiles().contents(of: path),
            let root = try? Value.parse(document)
        else {
            throw RunError(
                .damaged, "'\(path)' is missing or no JSON; put a good copy back", path: path)
        }
        return DefinitionText(root: root)
    }

    /// The definition in a text.
    init(text: String, path: String) throws(RunError) {
        guard let root = try? Value.parse(text) else {
            throw RunError(.damaged, "'\(path)' is no JSON", path: path)
        }
        self.root = root
    }

    private init(root: Value) { self.root = root }

    /// The state of this name, wherever it stands: names are unique in a machine.
    func state(_ name: String) -> Value? { Self.find(name, in: root) }

    /// Whether the input of a Map's child depends on where its item stands.
    func selectorUsesIndex(of map: String) -> Bool {
        guard let state = state(map), let selector = state["ItemSelector"] ?? state["Parameters"]
        else { return false }
        let text = selector.serialized
        // Whoever hands on all of the context, or all of the item, hands on the index.
        return text.contains("Map.Item.Index") || text.contains("$$.Map.Item\"")
            || text.contains("$$.Map\"") || text.contains("\"$$\"")
    }

    private static func find(_ name: String, in workflow: Value) -> Value? {
        for state in workflow["States"]?.object?.members ?? [] {
            if state.key.string == name { return state.value }
            var inner = state.value["Branches"]?.array?.elements ?? []
            inner += [state.value["ItemProcessor"], state.value["Iterator"]].compactMap(\.self)
            for workflow in inner {
                if let found = find(name, in: workflow) { return found }
            }
        }
        return nil
    }
}
