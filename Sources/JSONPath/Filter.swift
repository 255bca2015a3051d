import JSON

/// The compiled expression of `[?(…)]`.
indirect enum Filter: Sendable {
    case or([Filter])
    case and([Filter])
    case not(Filter)
    /// The path leads to a value that is not null.
    case exists(Operand)
    case comparison(Operand, Comparison, Operand)
    case matches(Operand, Pattern)

    /// What a comparison compares.
    enum Operand: Sendable {
        /// A path from the element that is being tested.
        case element(Path)
        /// A path from the root of the document.
        case document(Path)
        case literal(Value)
    }

    enum Comparison: Sendable { case equal, notEqual, less, atMost, greater, atLeast }
}

extension Filter {
    /// Whether the element passes. A path that leads nowhere makes a term false; one that asks
    /// for an index of something that is no array fails the whole evaluation.
    func accepts(_ element: Value, root: Value) throws(PathFailure) -> Bool {
        switch self {
        case .or(let terms):
            for term in terms where try term.accepts(element, root: root) { return true }
            return false
        case .and(let terms):
            for term in terms where try !term.accepts(element, root: root) { return false }
            return true
        case .not(let term): return try !term.accepts(element, root: root)
        case .exists(let operand):
            guard let value = try operand.value(element, root: root) else { return false }
            return !value.isNull
        case .comparison(let left, let comparison, let right):
            guard let left = try left.value(element, root: root),
                let right = try right.value(element, root: root)
            else { return false }
            return comparison.holds(left, right)
        case .matches(let operand, let pattern):
            guard let value = try operand.value(element, root: root) else { return false }
            return pattern.matches(value)
        }
    }
}

extension Filter.Operand {
    func value(_ element: Value, root: Value) throws(PathFailure) -> Value? {
        switch self {
        case .element(let path): try path.valueIfFound(in: element)
        case .document(let path): try path.valueIfFound(in: root)
        case .literal(let value): value
        }
    }
}

extension Filter.Comparison {
    func holds(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: Self.areEqual(left, right)
        case .notEqual: !Self.areEqual(left, right)
        case .less: Self.isLess(left, right)
        case .greater: Self.isLess(right, left)
        case .atMost: Self.isLess(left, right) || Self.areEqualOrdered(left, right)
        case .atLeast: Self.isLess(right, left) || Self.areEqualOrdered(left, right)
        }
    }

    /// A text equals the number it spells: by value if the number stands on the left, else as
    /// the number is written.
    private static func areEqual(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.number(let number), .string(let text)):
            guard let spelled = Double(text.string) else { return false }
            return number == Number(spelled)
        case (.string(let text), .number(let number)): return text.string == number.text
        default: return left == right
        }
    }

    private static func isLess(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.string(let left), .string(let right)): left < right
        default: false
        }
    }

    private static func areEqualOrdered(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.number, .number), (.string, .string): left == right
        default: false
        }
    }
}
