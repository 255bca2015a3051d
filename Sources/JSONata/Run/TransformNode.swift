import JSON

/// `|pattern|update, deletion|`: a function that changes a copy of its argument.
final class TransformNode: Node, @unchecked Sendable {
    let pattern: Node
    let update: Node
    let deletion: Node?
    let offset: Int

    init(pattern: Node, update: Node, deletion: Node?, offset: Int) {
        self.pattern = pattern
        self.update = update
        self.deletion = deletion
        self.offset = offset
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try machine.nested(
            .function(Transformation(self, frame: machine.keptFrame, bindings: machine.bindings)))
    }
}

private final class Transformation: Function {
    private let node: TransformNode
    private let frame: Frame
    private let bindings: Binding?

    init(_ node: TransformNode, frame: Frame, bindings: Binding?) {
        self.node = node
        self.frame = frame
        self.bindings = bindings
        super.init(depth: max(frame.depth, Item.captureMark) &+ 1)
    }

    private static let signature = try? Signature(parsing: "<(oa):o>")

    override func call(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        let checked = try Self.signature?.checked(arguments, wrapsArrays: false) ?? arguments
        if checked[0].isUndefined { return .undefined }
        let outer = (machine.frame, machine.bindings)
        defer { (machine.frame, machine.bindings) = outer }
        (machine.frame, machine.bindings) = (.passUnretained(frame), bindings)
        return try machine.descend(1) { machine in
            let copy = try checked[0].deepCopy(&machine)
            let matches = try node.pattern.evaluate(copy, &machine)
            for match in Elements(matches) {
                guard case .record(let record) = match else { continue }
                try change(record, match, &machine)
            }
            return try machine.nested(copy.afterChange)
        }
    }

    private func change(_ record: Record, _ match: Item, _ machine: inout Machine) throws {
        let update = try node.update.evaluate(match, &machine)
        if !update.isUndefined {
            guard update.isObject else {
                throw JSONataError("T2011", at: node.offset, token: "|", value: update.shown)
            }
            // Without a copy the record could come to hold itself.
            for member in update.members { record.set(member.key, member.value.detached()) }
        }
        guard let deletion = try node.deletion?.evaluate(match, &machine), !deletion.isUndefined
        else { return }
        let names = deletion.elements
        guard names.allSatisfy({ $0.type == .string }) else {
            throw JSONataError("T2012", at: node.offset, token: "|", value: deletion.shown)
        }
        for case .text(let name) in names { record.remove(name.withUTF8 { Key(utf8: $0) }) }
    }
}

extension Item {
    /// A copy whose objects are records of their own. Goes through text in the reference engine,
    /// so functions become empty strings and fractions keep 15 digits.
    func deepCopy(_ machine: inout Machine, level: UInt16 = 0) throws -> Item {
        guard level < Machine.maximumNesting else { throw JSONataError.tooDeep }
        try machine.step()
        try machine.charge(elements: 1)
        switch self {
        case .array, .list:
            return .plain(
                try elements.map { try $0.deepCopy(&machine, level: level + 1) })
        case .object, .record:
            let members = self.members
            let values = try members.map { try $0.value.deepCopy(&machine, level: level + 1) }
            return .record(Record(Shape(members.map(\.key)), values))
        case .number(let number): return .number(try NumberText.rounded(number))
        case .function: return .string("")
        default: return self
        }
    }

    /// The same value with records of its own.
    func detached() -> Item {
        switch self {
        case .list(let items, let info): return .list(items.map { $0.detached() }, info)
        case .record(let record):
            return .record(Record(record.shape, record.values.map { $0.detached() }))
        default: return self
        }
    }
}
