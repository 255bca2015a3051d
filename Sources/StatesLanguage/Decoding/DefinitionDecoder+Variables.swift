import JSON

extension DefinitionDecoder {
    /// Opens the scope of a workflow: every name that one of its states assigns is known in all
    /// of them, whatever the order in which they run.
    mutating func enterScope(of states: Place, isDistributed: Bool) {
        var scope = VariableScope(isIsolated: isDistributed)
        for (index, (_, _, state)) in states.members.enumerated() {
            let lists = ["Choices", "Catch"].compactMap { state[$0] }.flatMap(\.elements)
            for owner in [state] + lists {
                for (name, _, member) in owner["Assign"]?.members ?? [] {
                    let name = name.hasSuffix(".$") ? String(name.dropLast(2)) : name
                    scope.assigned[name, default: []].append(index)
                    if scope.places[name] == nil { scope.places[name] = member }
                }
            }
        }
        scopes.append(scope)
    }

    /// Closes the scope of a workflow, whose edges are known now. Warns of what nothing has read
    /// and hands its assignments to the workflow around it, which may not use the same names.
    mutating func leaveScope(owner: Int) {
        guard let scope = scopes.popLast() else { return }
        let places = scope.places.sorted { $0.value.node.offset < $1.value.node.offset }
        for (name, place) in places where name != "states" && !scope.used.contains(name) {
            warn(
                .unusedVariable, "Variable '\(name)' is assigned but never used", at: place,
                suggestion: "remove the assignment")
        }
        checkInner(of: scope)
        guard !scope.isIsolated, let outer = scopes.indices.last else { return }
        scopes[outer].inner += places.map { ($0.key, $0.value, owner) }
        scopes[outer].inner += scope.inner.map { ($0.name, $0.place, owner) }
    }

    /// A name cannot be assigned inside a Map or Parallel that is entered while it is set outside.
    private mutating func checkInner(of scope: VariableScope) {
        for (name, place, owner) in scope.inner {
            guard let setters = scope.assigned[name],
                setters.contains(where: { reaches(owner, from: $0) })
            else { continue }
            refuse(
                "Variable '\(name)' is already assigned in an outer scope", at: place,
                suggestion: "choose another name; results travel through the state's output")
        }
    }

    private func reaches(_ goal: Int, from start: Int) -> Bool {
        var reached = Set(frame.edges[start])
        var open = frame.edges[start]
        while let index = open.popLast() {
            if index == goal { return true }
            for next in frame.edges[index] where reached.insert(next).inserted {
                open.append(next)
            }
        }
        return false
    }

    /// `Assign` of a state, a rule or a catcher.
    mutating func decodeAssign(_ place: Place) -> [TemplateMember] {
        guard expect(.object, place) else { return [] }
        var members: [TemplateMember] = []
        for (name, _, member) in place.members {
            let isDynamic = state.language == .jsonPath && name.hasSuffix(".$")
            let variable = isDynamic ? String(name.dropLast(2)) : name
            checkVariable(variable, at: member)
            if members.contains(where: { $0.key.string == variable }) {
                refuse(
                    "There should only be one of the following fields: [\(variable), "
                        + "\(variable).$]",
                    at: place)
            }
            let value = isDynamic ? dynamicValue(name, member, in: place) : templatePart(member)
            if let value { members.append(TemplateMember(Key(variable), value)) }
        }
        return members
    }

    private mutating func checkVariable(_ name: String, at place: Place) {
        if name == "states" {
            report(.reservedVariable, "Cannot assign to reserved variable '$states'.", at: place)
        } else if !VariableName.isValid(name) {
            report(
                .invalidVariable,
                "Invalid variable name '\(name)': the variable name contains invalid characters.",
                at: place,
                suggestion: "a name is a letter followed by letters, digits and underscores")
        } else if name.unicodeScalars.count > VariableName.maximumLength {
            refuse(
                "Variable name is longer than \(VariableName.maximumLength) characters", at: place)
        }
    }

    /// Notes that the current state reads a variable, and complains if nothing can have set it.
    mutating func mention(_ name: String, at place: Place, offset: Int? = nil) {
        references[state.name, default: []].insert(name)
        var isHidden = false
        for index in scopes.indices.reversed() {
            if scopes[index].assigned[name] != nil {
                scopes[index].used.insert(name)
                guard isHidden else { return }
                return report(
                    .schema,
                    "Variable '\(name)' of an outer scope cannot be used in a distributed Map",
                    at: place, offset: offset,
                    suggestion: "pass it on with ItemSelector or BatchInput")
            }
            if scopes[index].isIsolated { isHidden = true }
        }
        warn(
            .unknownVariable, "Variable '\(name)' is never assigned", at: place, offset: offset,
            suggestion: Suggestion.nearest(to: name, among: scopes.flatMap(\.assigned.keys)))
    }
}
