import JSON

/// The arguments of a call; those that are not there are undefined.
struct Arguments {
    private var first = Item.undefined
    private var second = Item.undefined
    private var third = Item.undefined
    private var fourth = Item.undefined
    private var rest: [Item] = []
    private(set) var count = 0
    /// The context item of the place of the call.
    var context = Item.undefined

    init() {}

    init(_ items: [Item], context: Item = .undefined) {
        for item in items { append(item) }
        self.context = context
    }

    @inline(__always)
    init(_ first: Item) {
        self.first = first
        count = 1
    }

    @inline(__always)
    init(_ first: Item, _ second: Item) {
        self.first = first
        self.second = second
        count = 2
    }

    @inline(__always)
    mutating func append(_ item: Item) {
        switch count {
        case 0: first = item
        case 1: second = item
        case 2: third = item
        case 3: fourth = item
        default: rest.append(item)
        }
        count += 1
    }

    subscript(index: Int) -> Item {
        @inline(__always) get {
            switch index {
            case 0: first
            case 1: second
            case 2: third
            case 3: fourth
            default: index < count ? rest[index - 4] : .undefined
            }
        }
        set {
            switch index {
            case 0: first = newValue
            case 1: second = newValue
            case 2: third = newValue
            case 3: fourth = newValue
            default: if index < count { rest[index - 4] = newValue }
            }
        }
    }

    var items: [Item] { (0..<count).map { self[$0] } }
}

/// A function as a value.
class Function {
    /// How deep other functions nest in it.
    let depth: UInt16

    init(depth: UInt16 = 0) { self.depth = depth }

    /// How many arguments it declares: higher-order functions pass no more.
    var arity: Int { 1 }

    /// The name for errors.
    var name: String? { nil }

    /// The function's value for these arguments; a sequence need not have collapsed.
    func call(_ arguments: Arguments, _ machine: inout Machine) throws -> Item { .undefined }

    /// The same for a call from a library function, which passes as many arguments as the
    /// function declares.
    func apply(
        _ first: Item, _ second: Item, _ third: Item, _ machine: inout Machine
    ) throws -> Item {
        var arguments = Arguments(first)
        if arity >= 2 { arguments.append(second) }
        if arity >= 3 { arguments.append(third) }
        return try call(arguments, &machine).collapsed
    }
}

/// A lambda with the variables and the context of the place where it was written.
final class Closure: Function {
    let lambda: LambdaNode
    let frame: Frame
    let bindings: Binding?
    let input: Item
    private var spare: Frame?

    init(_ lambda: LambdaNode, frame: Frame, bindings: Binding?, input: Item) {
        self.lambda = lambda
        self.frame = frame
        self.bindings = bindings
        self.input = input
        super.init(depth: max(frame.depth, Item.captureMark) &+ 1)
    }

    override var arity: Int { lambda.parameterCount }

    override func call(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        try run(try newFrame(arguments), &machine)
    }

    /// A frame with the parameters in place; the signature has been checked.
    func newFrame(_ arguments: Arguments) throws -> Frame {
        var arguments = arguments
        if let signature = lambda.signature {
            arguments = try signature.checked(arguments, wrapsArrays: true)
        }
        let frame = Frame.make(count: lambda.layout.count, parent: self.frame)
        for index in 0..<lambda.parameterCount { frame.assign(arguments[index], to: index) }
        return frame
    }

    override func apply(
        _ first: Item, _ second: Item, _ third: Item, _ machine: inout Machine
    ) throws -> Item {
        guard lambda.signature == nil, lambda.parameterCount <= 3 else {
            return try super.apply(first, second, third, &machine)
        }
        var frame = spareFrame()
        let count = lambda.parameterCount
        if count > 0 { frame.assign(first, to: 0) }
        if count > 1 { frame.assign(second, to: 1) }
        if count > 2 { frame.assign(third, to: 2) }
        let result = try run(frame, &machine)
        if isKnownUniquelyReferenced(&frame) {
            frame.clear()
            spare = frame
        }
        return result
    }

    /// A frame that an earlier call has left over, if no function has captured it.
    private func spareFrame() -> Frame {
        guard let frame = spare else {
            return Frame.make(count: lambda.layout.count, parent: self.frame)
        }
        spare = nil
        return frame
    }

    /// Evaluates the body, and whatever it calls in tail position, in constant depth.
    func run(_ frame: Frame, _ machine: inout Machine) throws -> Item {
        let outer = (machine.frame, machine.bindings)
        defer { (machine.frame, machine.bindings) = outer }
        var frame = frame
        machine.frame = .passUnretained(frame)
        machine.bindings = bindings
        var result = try machine.descend(0) { try lambda.body.evaluate(input, &$0) }
        while let next = machine.pendingCall {
            machine.pendingCall = nil
            machine.frame = .passUnretained(next.frame)
            frame = next.frame
            machine.bindings = next.closure.bindings
            result = try machine.descend(0) {
                try next.closure.lambda.body.evaluate(next.closure.input, &$0)
            }
        }
        machine.leave(frame, with: result)
        return result
    }
}

/// The composition of two functions: `f ~> g`.
final class Composition: Function {
    private let first: Function
    private let second: Function

    init(_ first: Function, _ second: Function) {
        self.first = first
        self.second = second
        super.init(depth: max(first.depth, second.depth) &+ 1)
    }

    override func call(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        var inner = Arguments(arguments[0])
        inner.context = arguments.context
        let value = try first.call(inner, &machine).collapsed
        var outer = Arguments(value)
        outer.context = arguments.context
        return try machine.descend(1) { try second.call(outer, &$0).collapsed }
    }
}

/// A function with some of its arguments filled in.
final class PartialApplication: Function {
    private let function: Function
    /// What is filled in; nil where an argument is still wanted.
    private let given: [Item?]

    init(_ function: Function, _ given: [Item?]) {
        self.function = function
        self.given = given
        super.init(depth: max(function.depth, Item.depth(of: given.compactMap { $0 })) &+ 1)
    }

    override var arity: Int { given.count { $0 == nil } }

    override func call(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        var all = Arguments()
        all.context = arguments.context
        var next = 0
        for item in given {
            if let item {
                all.append(item)
            } else {
                all.append(arguments[next])
                next += 1
            }
        }
        return try machine.descend(1) { try function.call(all, &$0) }
    }
}
