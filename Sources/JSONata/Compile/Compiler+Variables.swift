import JSON

extension Compiler {
    /// What a variable means here: in the scopes from the inside out, then outside, then in the
    /// library.
    mutating func variable(_ name: String) -> Node {
        if name.isEmpty { return ContextNode() }
        return variable(name, from: scope, hops: 0)
    }

    private mutating func variable(_ name: String, from start: Scope, hops: Int) -> Node {
        var current: Scope? = start
        var hops = hops
        while let scope = current {
            switch scope[name] {
            case .slot(let slot):
                var fallback: Node?
                let isLater = scope.frame !== self.scope.frame
                if !scope.isAssigned(name) && !(isLater && isUnknownOutside(name, scope.parent)) {
                    fallback = outer(name, of: scope, hops)
                }
                return VariableNode(hops: hops, slot: slot, fallback: fallback)
            case .binding(let label):
                let isUnknown = isUnknownOutside(name, scope.parent)
                return BindingNode(
                    label: label, fallback: isUnknown ? nil : outer(name, of: scope, hops))
            case nil: break
            }
            if let parent = scope.parent, parent.frame !== scope.frame { hops += 1 }
            current = scope.parent
        }
        return free(name)
    }

    private mutating func outer(_ name: String, of scope: Scope, _ hops: Int) -> Node {
        guard let parent = scope.parent else { return free(name) }
        return variable(name, from: parent, hops: hops + (parent.frame !== scope.frame ? 1 : 0))
    }

    /// Whether the expression itself gives the variable a value somewhere around here.
    func isKnown(_ name: String) -> Bool {
        var current: Scope? = scope
        while let scope = current {
            if scope[name] != nil { return true }
            current = scope.parent
        }
        return false
    }

    /// A function that uses a variable assigned only further on means that one: nothing outside
    /// has the name, so it must not look like a variable that the caller supplies.
    private func isUnknownOutside(_ name: String, _ scope: Scope?) -> Bool {
        var scope = scope
        while let current = scope {
            if current[name] != nil { return false }
            scope = current.parent
        }
        return Library.find(name, options) == nil
    }

    private mutating func free(_ name: String) -> Node {
        if name == "$" { return RootNode() }
        if let function = Library.find(name, options) { return LiteralNode(.function(function)) }
        let index = freeVariables.firstIndex(of: name) ?? freeVariables.count
        if index == freeVariables.count { freeVariables.append(name) }
        let fallback = Library.function(name, options).map { LiteralNode(.function($0)) }
        return FreeVariableNode(index: index, fallback: fallback)
    }
}
