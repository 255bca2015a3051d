import JSON
import JSONata

/// Goes through a value and a schema side by side.
struct Validator {
    private(set) var violations: [Violation] = []
    let reading: Schema.Reading
    private let limit: Int
    private var place: [String] = []
    private var depth = 0

    /// References may go as deep as the value does, which a parser bounds.
    private static let greatestDepth = 2000

    init(reading: Schema.Reading, limit: Int) {
        self.reading = reading
        self.limit = limit
    }

    private var isFull: Bool { violations.count >= limit }

    private mutating func note(_ keyword: String, _ message: String) {
        guard !isFull else { return }
        violations.append(
            Violation(place: JSONPointer(place), keyword: keyword, message: message))
    }

    /// Whether a value meets a schema, without a word about it.
    private func accepts(_ value: Value, _ node: SchemaNode) -> Bool {
        var other = Validator(reading: reading, limit: 1)
        other.depth = depth
        other.check(value, node)
        return other.violations.isEmpty
    }

    mutating func check(_ given: Value, _ node: SchemaNode) {
        if isFull { return }
        guard depth < Self.greatestDepth else { return note("$ref", "is nested too deep") }
        depth += 1
        defer { depth -= 1 }
        if node.allowsNothing { return note("false", "must not be there") }
        var value = given
        if reading == .natural { value = natural(given, node) }
        if let types = node.types, !types.accepts(value) {
            return note("type", "\(Self.shown(given)) is no \(types.text)")
        }
        for rule in node.rules { check(value, rule, of: node) }
    }

    private mutating func check(_ value: Value, at step: String, _ node: SchemaNode) {
        place.append(step)
        check(value, node)
        place.removeLast()
    }

    private mutating func check(_ value: Value, _ rule: SchemaNode.Rule, of node: SchemaNode) {
        switch (rule, value) {
        case (.reference(let other), _): check(value, other)
        case (.enumeration(let values), _):
            if !values.contains(where: { equals(value, $0, node) }) {
                let all = values.prefix(10).map(Self.shown).joined(separator: ", ")
                let more = values.count > 10 ? ", …" : ""
                note("enum", "\(Self.shown(value)) is none of \(all)\(more)")
            }
        case (.constant(let constant), _):
            if !equals(value, constant, node) {
                note("const", "\(Self.shown(value)) is not \(Self.shown(constant))")
            }
        case (.number(let keyword, let bound), _):
            if let number = number(value, node) { checkNumber(number, keyword, bound) }
        case (.length, .string(let text)), (.pattern, .string(let text)),
            (.format, .string(let text)):
            checkText(text, rule)
        case (.all(let nodes), _): for node in nodes { check(value, node) }
        case (.any, _), (.one, _), (.not, _), (.condition, _): checkChoice(value, rule)
        case (_, .array(let array)): checkArray(array, rule)
        case (_, .object(let object)): checkObject(object, rule)
        default: break
        }
    }

    // MARK: - The natural reading

    /// A text as what it stands for, an object without the empty members that stand for nothing.
    private func natural(_ value: Value, _ node: SchemaNode) -> Value {
        switch value {
        case .string(let text): return node.reading(of: text)
        case .object(let object):
            let named = node.namedMembers
            guard !named.isEmpty else { return value }
            let isAbsent = { (member: Member) in
                member.value.text?.isEmpty ?? false
                    && named[member.key]?.takesEmptyAsAbsent ?? false
            }
            guard object.contains(where: isAbsent) else { return value }
            return .object(object.filter { !isAbsent($0) })
        default: return value
        }
    }

    /// In the natural reading a text counts as the number it spells where no type is asked for.
    private func number(_ value: Value, _ node: SchemaNode) -> Number? {
        if case .number(let number) = value { return number }
        guard reading == .natural, node.types == nil, case .string(let text) = value,
            case .number(let number)? = SchemaNode.literal(text)
        else { return nil }
        return number
    }

    /// In the natural reading a text also equals the number or truth value it spells.
    private func equals(_ value: Value, _ other: Value, _ node: SchemaNode) -> Bool {
        if value == other { return true }
        guard reading == .natural, node.types == nil, case .string(let text) = value else {
            return false
        }
        if text.isEmpty { return other.isNull }
        return SchemaNode.literal(text) == other
    }

    private mutating func checkNumber(_ number: Number, _ keyword: String, _ bound: Number) {
        let (isMet, words) =
            switch keyword {
            case "minimum": (number >= bound, "is less than")
            case "maximum": (number <= bound, "is greater than")
            case "exclusiveMinimum": (number > bound, "is not greater than")
            case "exclusiveMaximum": (number < bound, "is not less than")
            default: (number.isMultiple(of: bound), "is no multiple of")
            }
        if !isMet { note(keyword, "\(number.text) \(words) \(bound.text)") }
    }

    private mutating func checkText(_ text: Text, _ rule: SchemaNode.Rule) {
        let shown = Self.shown(.string(text))
        switch rule {
        case .length(let keyword, let bound):
            // Characters are code points, each of which begins with one such byte.
            let count = text.withUTF8 { $0.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
            checkCount(count, keyword, bound, "character")
        case .pattern(let pattern):
            switch pattern.matches(text) {
            case true?: break
            case false?: note("pattern", "\(shown) does not match \(pattern.pattern)")
            case nil: note("pattern", "\(shown) takes too long to match \(pattern.pattern)")
            }
        case .format(let format):
            if !format.accepts(text) { note("format", "\(shown) is no \(format.rawValue)") }
        default: break
        }
    }

    private mutating func checkCount(
        _ count: Int, _ keyword: String, _ bound: Int, _ noun: String
    ) {
        let isLeast = keyword.hasPrefix("min")
        guard isLeast ? count < bound : count > bound else { return }
        let nouns = count == 1 ? noun : noun + "s"
        note(keyword, "has \(count) \(nouns), \(isLeast ? "at least" : "at most") \(bound) wanted")
    }

    // MARK: - Choices

    private mutating func checkChoice(_ value: Value, _ rule: SchemaNode.Rule) {
        switch rule {
        case .any(let nodes):
            if !nodes.contains(where: { accepts(value, $0) }) {
                note("anyOf", "\(Self.shown(value)) meets none of the \(nodes.count) schemas")
            }
        case .one(let nodes):
            let count = nodes.count { accepts(value, $0) }
            if count != 1 {
                let met = count == 0 ? "none" : "\(count)"
                note(
                    "oneOf",
                    "\(Self.shown(value)) meets \(met) of the \(nodes.count) schemas, not just one")
            }
        case .not(let node):
            if accepts(value, node) { note("not", "\(Self.shown(value)) is what it must not be") }
        case .condition(let test, let then, let otherwise):
            if let next = accepts(value, test) ? then : otherwise { check(value, next) }
        default: break
        }
    }

    // MARK: - Arrays

    private mutating func checkArray(_ array: ArrayValue, _ rule: SchemaNode.Rule) {
        switch rule {
        case .elements(let first, let rest, let restKeyword):
            for (index, element) in array.enumerated() {
                if index < first.count {
                    check(element, at: "\(index)", first[index])
                } else if let rest {
                    if rest.allowsNothing {
                        return note(
                            restKeyword,
                            "has \(array.count) elements, at most \(first.count) wanted")
                    }
                    check(element, at: "\(index)", rest)
                } else {
                    return
                }
            }
        case .elementCount(let keyword, let bound):
            checkCount(array.count, keyword, bound, "element")
        case .uniqueElements:
            let elements = array.elements
            for index in elements.indices where elements[..<index].contains(elements[index]) {
                return note(
                    "uniqueItems", "has \(Self.shown(elements[index])) more than once")
            }
        case .contains(let node, let least, let most):
            let count = array.count { accepts($0, node) }
            if count < least {
                note("contains", "has \(count) elements as wanted, at least \(least) needed")
            } else if let most, count > most {
                note("maxContains", "has \(count) elements of a kind, at most \(most) wanted")
            }
        default: break
        }
    }

    // MARK: - Objects

    private mutating func checkObject(_ object: ObjectValue, _ rule: SchemaNode.Rule) {
        switch rule {
        case .members(let members): for member in object { check(member, members) }
        case .memberCount(let keyword, let bound):
            checkCount(object.count, keyword, bound, "member")
        case .required(let names):
            for name in names where !object.contains(name) { noteMissing(name) }
        case .memberNames(let node):
            for member in object {
                check(.string(member.key.text), at: member.key.string, node)
            }
        case .dependentMembers(let dependencies):
            for (name, others) in dependencies where object.contains(name) {
                for other in others where !object.contains(other) {
                    note(
                        "dependentRequired",
                        "has '\(name.string)' but not '\(other.string)'")
                }
            }
        case .dependentSchemas(let dependencies):
            for (name, node) in dependencies where object.contains(name) {
                check(.object(object), node)
            }
        default: break
        }
    }

    private mutating func noteMissing(_ name: Key) {
        note("required", "'\(name.string)' is missing")
    }

    private mutating func check(_ member: Member, _ members: SchemaNode.Members) {
        let name = member.key.string
        var isKnown = false
        if let node = members.named[member.key] {
            isKnown = true
            check(member.value, at: name, node)
        }
        for (pattern, node) in members.patterns {
            guard pattern.matches(member.key.text) ?? true else { continue }
            isKnown = true
            check(member.value, at: name, node)
        }
        guard !isKnown, let others = members.others else { return }
        if others.allowsNothing {
            return note("additionalProperties", "has '\(name)', which is not foreseen")
        }
        check(member.value, at: name, others)
    }

    /// The value for people, not too long.
    private static func shown(_ value: Value) -> String {
        let text = value.serialized
        return text.count <= 60 ? text : text.prefix(59) + "…"
    }
}

extension Number {
    /// Whether it is a whole number times another: exactly so for decimals of ordinary size.
    fileprivate func isMultiple(of other: Number) -> Bool {
        if let left = int, let right = other.int { return left % right == 0 }
        if let (left, right) = Self.scaled(self, other) { return left % right == 0 }
        let quotient = double / other.double
        return quotient.isFinite && quotient.rounded() == quotient
    }

    /// Both without a decimal point, by the same power of ten.
    private static func scaled(_ left: Number, _ right: Number) -> (Int, Int)? {
        guard let l = decimal(left.text), let r = decimal(right.text) else { return nil }
        let scale = max(l.scale, r.scale)
        guard let first = scaled(l, to: scale), let second = scaled(r, to: scale), second != 0
        else { return nil }
        return (first, second)
    }

    private static func scaled(_ decimal: (digits: Int, scale: Int), to scale: Int) -> Int? {
        var digits = decimal.digits
        for _ in decimal.scale..<scale {
            let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            digits = product
        }
        return digits
    }

    private static func decimal(_ text: String) -> (digits: Int, scale: Int)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= 18, let digits = Int(parts[0] + fraction) else { return nil }
        return (digits, fraction.count)
    }
}
