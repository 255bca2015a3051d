import JSON

/// `+ - * / %`.
final class ArithmeticNode: Node, @unchecked Sendable {
    private let symbol: BinaryOperator
    private let left: Node
    private let right: Node
    private let offset: Int

    init(_ symbol: BinaryOperator, _ left: Node, _ right: Node, at offset: Int) {
        self.symbol = symbol
        self.left = left
        self.right = right
        self.offset = offset
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let left = try self.left.evaluate(input, &machine)
        let right = try self.right.evaluate(input, &machine)
        guard case .number(let l) = left, case .number(let r) = right, l.isFinite, r.isFinite
        else { return try slow(left, right) }
        return .number(compute(l, r))
    }

    @inline(__always)
    private func compute(_ left: Double, _ right: Double) -> Double {
        switch symbol {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        default: left.truncatingRemainder(dividingBy: right)
        }
    }

    private func slow(_ left: Item, _ right: Item) throws -> Item {
        let l = try operand(left, "T2001")
        let r = try operand(right, "T2002")
        guard let l, let r else { return .undefined }
        return .number(compute(l, r))
    }

    private func operand(_ item: Item, _ code: String) throws -> Double? {
        if item.isUndefined { return nil }
        guard let number = try item.finiteNumber(at: offset) else {
            throw JSONataError(code, at: offset, token: symbol.rawValue, value: item.shown)
        }
        return number
    }
}

extension Item {
    /// The number, if it is one; infinity must not be calculated with.
    func finiteNumber(at offset: Int = -1) throws -> Double? {
        guard let double, !double.isNaN else { return nil }
        guard double.isFinite else {
            throw JSONataError("D1001", at: offset, token: NumberText.format(double))
        }
        return double
    }
}

/// `-e`.
final class NegationNode: Node, @unchecked Sendable {
    private let operand: Node
    private let offset: Int

    init(_ operand: Node, at offset: Int) {
        self.operand = operand
        self.offset = offset
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let value = try operand.evaluate(input, &machine)
        if value.isUndefined { return .undefined }
        guard let number = try value.finiteNumber(at: offset) else {
            throw JSONataError("D1002", at: offset, token: "-", value: value.shown)
        }
        return .number(-number)
    }
}

/// `= !=`.
final class EqualityNode: Node, @unchecked Sendable {
    private let left: Node
    private let right: Node
    private let wanted: Bool

    init(_ left: Node, _ right: Node, wanted: Bool) {
        self.left = left
        self.right = right
        self.wanted = wanted
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let left = try self.left.evaluate(input, &machine)
        let right = try self.right.evaluate(input, &machine)
        if left.isUndefined || right.isUndefined { return .bool(false) }
        return .bool(left.equals(right) == wanted)
    }
}

/// `< <= > >=`.
final class ComparisonNode: Node, @unchecked Sendable {
    private let symbol: BinaryOperator
    private let left: Node
    private let right: Node
    private let offset: Int

    init(_ symbol: BinaryOperator, _ left: Node, _ right: Node, at offset: Int) {
        self.symbol = symbol
        self.left = left
        self.right = right
        self.offset = offset
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let left = try self.left.evaluate(input, &machine)
        let right = try self.right.evaluate(input, &machine)
        switch (left, right) {
        case (.number(let l), .number(let r)): return .bool(compare(l, r))
        case (.text(let l), .text(let r)): return .bool(compare(l, r))
        default: return try slow(left, right)
        }
    }

    @inline(__always)
    private func compare<T: Comparable>(_ left: T, _ right: T) -> Bool {
        switch symbol {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        default: left >= right
        }
    }

    private func slow(_ left: Item, _ right: Item) throws -> Item {
        for side in [left, right] where side.type.isDisjoint(with: [.undefined, .string, .number]) {
            throw JSONataError("T2010", at: offset, token: symbol.rawValue, value: side.shown)
        }
        if left.isUndefined || right.isUndefined { return .undefined }
        guard let l = left.double, let r = right.double else {
            throw JSONataError(
                "T2009", at: offset, token: symbol.rawValue, value: left.shown ?? .null,
                other: right.shown ?? .null)
        }
        return .bool(compare(l, r))
    }
}

/// `and or`: the right side only if it matters.
final class LogicNode: Node, @unchecked Sendable {
    private let left: Node
    private let right: Node
    /// The value of the left side that decides: false for `and`, true for `or`.
    private let decisive: Bool

    init(_ left: Node, _ right: Node, decisive: Bool) {
        self.left = left
        self.right = right
        self.decisive = decisive
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        if try left.evaluate(input, &machine).isTrue == decisive { return .bool(decisive) }
        return .bool(try right.evaluate(input, &machine).isTrue)
    }
}

/// `in`.
final class MembershipNode: Node, @unchecked Sendable {
    private let left: Node
    private let right: Node

    init(_ left: Node, _ right: Node) {
        self.left = left
        self.right = right
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let left = try self.left.evaluate(input, &machine)
        let right = try self.right.evaluate(input, &machine)
        if left.isUndefined || right.isUndefined { return .bool(false) }
        for element in Elements(right) {
            try machine.step()
            if left.isIdentical(to: element) { return .bool(true) }
        }
        return .bool(false)
    }
}

/// `a..b` inside an array constructor.
final class RangeNode: Node, @unchecked Sendable {
    private let start: Node
    private let end: Node
    private let offset: Int

    init(_ start: Node, _ end: Node, at offset: Int) {
        self.start = start
        self.end = end
        self.offset = offset
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        let start = try self.start.evaluate(input, &machine)
        let end = try self.end.evaluate(input, &machine)
        let first = try bound(start, "T2003")
        let last = try bound(end, "T2004")
        guard let first, let last, first <= last else { return .undefined }
        let size = last - first + 1
        guard size <= 1e7 else {
            throw JSONataError("D2014", at: offset, token: "..", value: .double(size))
        }
        try machine.charge(elements: Int(size))
        let numbers = (0..<Int(size)).map { Item.number(first + Double($0)) }
        return .list(numbers, .sequence)
    }

    private func bound(_ item: Item, _ code: String) throws -> Double? {
        if item.isUndefined { return nil }
        guard let number = item.double, number.isFinite, number == number.rounded() else {
            throw JSONataError(code, at: offset, token: "..", value: item.shown)
        }
        return number
    }
}
