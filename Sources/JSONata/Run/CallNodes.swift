import JSON

/// `f(a, b)` where `f` is found out by evaluating it.
final class CallNode: Node, @unchecked Sendable {
    private let procedure: Node
    private let arguments: [Node]
    private let site: CallSite

    init(_ procedure: Node, _ arguments: [Node], _ site: CallSite) {
        self.procedure = procedure
        self.arguments = arguments
        self.site = site
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluateRaw(input, &machine).keepingArray(site.keepsArray).collapsed
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        guard site.checksStack else { return try call(input, prefix: nil, &machine) }
        return try machine.withStack(at: site.level) { try call(input, prefix: nil, &$0) }
    }

    /// Calls the function with a first argument in front of those written: `x ~> f(y)`.
    func call(_ input: Item, prefix: Item?, _ machine: inout Machine) throws -> Item {
        let callee = try procedure.evaluate(input, &machine)
        var values = Arguments()
        values.context = input
        if let prefix { values.append(prefix) }
        for argument in arguments { values.append(try argument.evaluate(input, &machine)) }
        guard case .function(let function) = callee else { throw site.notAFunction }
        if site.isTail, let closure = function as? Closure {
            do {
                machine.pendingCall = PendingCall(
                    closure: closure, frame: try closure.newFrame(values))
            } catch let error as JSONataError { throw site.located(error) }
            return .undefined
        }
        return try site.call(function, values, &machine)
    }
}

/// What a call knows about its place.
struct CallSite {
    var offset: Int
    /// The name called, for messages.
    var name: String?
    /// How many evaluations the call is inside of, from the body of its function on.
    var level: Int
    /// Whether this is one of the calls that look at depth and native stack.
    var checksStack: Bool { level % 32 == 0 }
    var isTail = false
    var keepsArray = false
    /// A bare name that would be a function with a `$` in front.
    var forgotDollar = false

    var notAFunction: JSONataError {
        JSONataError(forgotDollar ? "T1005" : "T1006", at: offset, token: name)
    }

    func located(_ error: JSONataError) -> JSONataError {
        var error = error
        if error.code == "T0412", error.token == nil {
            let index = error.value?.number?.text ?? "1"
            error.message =
                "Argument \(index) of function \"\(name ?? "")\" must be an array of"
                + " \"\(error.message)\""
        } else if error.code == "T0410" || error.code == "T0411" || error.code == "T1010",
            error.token == nil
        {
            error.message = JSONataError.message(
                error.code, token: name ?? "undefined", value: error.value)
        }
        return error.located(at: offset, token: name)
    }

    @inline(__always)
    func call(
        _ function: Function, _ arguments: Arguments, _ machine: inout Machine
    ) throws -> Item {
        machine.depth &+= level
        defer { machine.depth &-= level }
        do {
            return try function.call(arguments, &machine)
        } catch let error as JSONataError {
            throw located(error)
        }
    }
}

/// A call of a library function by its name: no look-up, no function value.
final class LibraryCallNode: Node, @unchecked Sendable {
    let function: LibraryFunction
    private let arguments: [Node]
    private let uncounted: [Uncounted<Node>]
    private let site: CallSite

    init(_ function: LibraryFunction, _ arguments: [Node], _ site: CallSite) {
        self.function = function
        self.arguments = arguments
        uncounted = arguments.map { Uncounted($0) }
        self.site = site
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluateRaw(input, &machine).keepingArray(site.keepsArray).collapsed
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        guard site.checksStack else { return try call(input, prefix: nil, &machine) }
        return try machine.withStack(at: site.level) { try call(input, prefix: nil, &$0) }
    }

    func call(_ input: Item, prefix: Item?, _ machine: inout Machine) throws -> Item {
        var values = Arguments()
        values.context = input
        if let prefix { values.append(prefix) }
        for index in uncounted.indices {
            values.append(try uncounted[index].evaluate(input, &machine))
        }
        machine.depth &+= site.level
        defer { machine.depth &-= site.level }
        do {
            return try function.call(values, &machine)
        } catch let error as JSONataError {
            throw site.located(error)
        }
    }
}

/// `f(?, 5)`.
final class PartialNode: Node, @unchecked Sendable {
    private let procedure: Node
    private let arguments: [Node?]
    private let site: CallSite

    init(_ procedure: Node, _ arguments: [Node?], _ site: CallSite) {
        self.procedure = procedure
        self.arguments = arguments
        self.site = site
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let given = try arguments.map { try $0?.evaluate(input, &machine) }
        guard case .function(let function) = try procedure.evaluate(input, &machine) else {
            throw JSONataError(
                site.forgotDollar ? "T1007" : "T1008", at: site.offset, token: site.name)
        }
        return try machine.nested(.function(PartialApplication(function, given)))
    }
}

/// `x ~> f` and `x ~> f(y)`.
final class ChainNode: Node, @unchecked Sendable {
    private let left: Node
    private let right: Node
    private let site: CallSite

    init(_ left: Node, _ right: Node, _ site: CallSite) {
        self.left = left
        self.right = right
        self.site = site
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try evaluateRaw(input, &machine).keepingArray(site.keepsArray).collapsed
    }

    override func evaluateRaw(_ input: Item, _ machine: inout Machine) throws -> Item {
        let value = try left.evaluate(input, &machine)
        if let call = right as? CallNode {
            return try call.call(input, prefix: value, &machine)
        }
        if let call = right as? LibraryCallNode {
            return try call.call(input, prefix: value, &machine)
        }
        guard case .function(let function) = try right.evaluate(input, &machine) else {
            throw JSONataError("T2006", at: site.offset, token: "~>")
        }
        if case .function(let first) = value {
            return try machine.nested(.function(Composition(first, function)))
        }
        var arguments = Arguments(value)
        arguments.context = input
        return try site.call(function, arguments, &machine)
    }
}
