import JSON

extension Compiler {
    mutating func call(
        _ syntax: Syntax, _ procedure: Syntax, _ arguments: [Syntax], isTail: Bool
    ) throws -> Node {
        let callee = try compile(procedure)
        let nodes = try arguments.map { try compile($0) }
        var site = site(syntax, name: Self.name(of: procedure))
        site.forgotDollar = isFunctionWithoutDollar(procedure)
        if let literal = callee as? LiteralNode, case .function(let function) = literal.value,
            let library = function as? LibraryFunction
        {
            return LibraryCallNode(library, nodes, site)
        }
        site.isTail = isTail && !syntax.keepsArray
        return CallNode(callee, nodes, site)
    }

    mutating func partial(
        _ syntax: Syntax, _ procedure: Syntax, _ arguments: [Syntax]
    ) throws -> Node {
        let nodes: [Node?] = try arguments.map { argument in
            if case .placeholder = argument.kind { return nil }
            return try compile(argument)
        }
        var site = site(syntax, name: Self.name(of: procedure))
        site.forgotDollar = isFunctionWithoutDollar(procedure)
        return PartialNode(try compile(procedure), nodes, site)
    }

    private static func name(of procedure: Syntax) -> String? {
        switch procedure.kind {
        case .variable(let name): name
        case .path(let steps):
            if case .name(let name) = steps.first?.kind { name } else { nil }
        default: procedure.tokenText
        }
    }

    private func isFunctionWithoutDollar(_ procedure: Syntax) -> Bool {
        guard let steps = procedure.steps, case .name(let name) = steps.first?.kind else {
            return false
        }
        if Library.find(name, options) != nil { return true }
        var current: Scope? = scope
        while let scope = current {
            if scope[name] != nil { return true }
            current = scope.parent
        }
        return false
    }
}
