import JSON

/// How the children of a Map differ between two definitions.
struct WorkflowChange {
    /// Whether every child begins otherwise, or with another input.
    private(set) var isWhole = false
    /// The states, with those inside of them, that are others or gone, and that a child can come to.
    private(set) var states: Set<String> = []
    /// The state that children begin with and its successors, by name.
    private static let wholeFields: [Key] = [
        "ItemSelector", "Parameters", "ItemBatcher", "InputPath", "QueryLanguage", "Items",
        "ItemsPath",
    ]
    /// What the Map state itself does with its items and results.
    private static let ownFields: [Key] =
        wholeFields + [
            "ItemReader", "ResultWriter", "MaxConcurrency", "MaxConcurrencyPath", "Label",
            "ToleratedFailureCount", "ToleratedFailureCountPath", "ToleratedFailurePercentage",
            "ToleratedFailurePercentagePath",
        ]

    var isEmpty: Bool { !isWhole && states.isEmpty }

    /// What has changed for children of the Map state of this name.
    init(of map: String, from old: DefinitionText, to new: DefinitionText) {
        guard let before = old.state(map), let after = new.state(map) else {
            isWhole = true
            return
        }
        let (flow, other) = (Self.processor(before), Self.processor(after))
        isWhole =
            Self.wholeFields.contains { before[$0] != after[$0] }
            || before["ItemReader"]?["ReaderConfig"] != after["ItemReader"]?["ReaderConfig"]
            || flow?["StartAt"] != other?["StartAt"]
            || flow?["QueryLanguage"] != other?["QueryLanguage"]
            || old.root["QueryLanguage"] != new.root["QueryLanguage"]
        for name in Self.reachable(flow) {
            let state = flow?["States"]?[Key(name)]
            guard let state, !Self.isSame(state, other?["States"]?[Key(name)]) else { continue }
            states.insert(name)
            states.formUnion(Self.namesWithin(state))
        }
    }

    /// Whether two states do the same; what is only said about them does not count.
    static func isSame(_ state: Value, _ other: Value?) -> Bool {
        guard var left = state.object, var right = other?.object else { return false }
        left["Comment"] = nil
        right["Comment"] = nil
        return Value.object(left) == Value.object(right)
    }

    /// Whether a Map state reads, limits or writes otherwise than it did.
    static func isRedefined(_ map: String, _ old: DefinitionText, _ new: DefinitionText) -> Bool {
        guard let before = old.state(map), let after = new.state(map) else { return true }
        return ownFields.contains { before[$0] != after[$0] }
    }

    private static func processor(_ map: Value) -> Value? {
        map["ItemProcessor"] ?? map["Iterator"]
    }

    /// The states of a workflow that an execution can come to.
    private static func reachable(_ flow: Value?) -> Set<String> {
        var found: Set<String> = []
        var open = [flow?["StartAt"]?.string].compactMap(\.self)
        while let name = open.popLast() {
            guard found.insert(name).inserted, let state = flow?["States"]?[Key(name)] else {
                continue
            }
            let branches = ["Choices", "Catch"].flatMap { state[Key($0)]?.array?.elements ?? [] }
            open += ([state] + branches).compactMap { $0["Next"]?.string }
            if let other = state["Default"]?.string { open.append(other) }
        }
        return found
    }

    private static func namesWithin(_ state: Value) -> [String] {
        var inner = state["Branches"]?.array?.elements ?? []
        inner += [processor(state)].compactMap(\.self)
        return inner.flatMap { $0["States"]?.object?.members ?? [] }
            .flatMap { [$0.key.string] + namesWithin($0.value) }
    }
}
