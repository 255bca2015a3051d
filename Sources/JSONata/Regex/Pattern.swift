/// A regular expression as written.
indirect enum Pattern {
    case empty
    case scalar(UInt32)
    case any
    case set(ScalarSet)
    case sequence([Pattern])
    case alternatives([Pattern])
    /// A group that captures has a number, from 1.
    case group(Pattern, number: Int?)
    case repetition(Pattern, minimum: Int, maximum: Int?, isGreedy: Bool)
    case start
    case end
    case wordBoundary(isNegated: Bool)
    case backreference(Int)
    case namedBackreference(String)
    case look(Pattern, isBehind: Bool, isNegated: Bool)
}

/// Reads the syntax of JavaScript's regular expressions.
struct PatternParser {
    private let scalars: [UInt32]
    private var position = 0
    private var depth = 0
    private(set) var groupCount = 0
    private(set) var names: [String: Int] = [:]
    private let totalGroups: Int

    private static let maximumDepth = 100

    init(_ text: String) {
        scalars = text.unicodeScalars.map(\.value)
        totalGroups = Self.countGroups(scalars)
    }

    /// Whether `\3` is a reference depends on the groups of the whole pattern.
    private static func countGroups(_ scalars: [UInt32]) -> Int {
        var count = 0
        var inClass = false
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case 0x5C: index += 1
            case 0x5B: inClass = true
            case 0x5D: inClass = false
            case 0x28 where !inClass:
                let isPlain = index + 1 >= scalars.count || scalars[index + 1] != 0x3F
                let isNamed =
                    index + 3 < scalars.count && scalars[index + 2] == 0x3C
                    && scalars[index + 3] != 0x3D && scalars[index + 3] != 0x21
                if isPlain || isNamed { count += 1 }
            default: break
            }
            index += 1
        }
        return count
    }

    mutating func parse() throws -> Pattern {
        let pattern = try alternatives()
        guard position == scalars.count else { throw failure("unmatched ')'") }
        return pattern
    }

    private func failure(_ reason: String) -> JSONataError {
        JSONataError(.coded, "S0302", "Invalid regular expression: \(reason)")
    }

    private func peek(_ ahead: Int = 0) -> UInt32? {
        position + ahead < scalars.count ? scalars[position + ahead] : nil
    }

    private func sees(_ text: String) -> Bool {
        let wanted = text.unicodeScalars.map(\.value)
        return scalars[position...].starts(with: wanted)
    }

    private mutating func skip(_ text: String) -> Bool {
        guard sees(text) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    private mutating func alternatives() throws -> Pattern {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.maximumDepth else { throw failure("groups nest too deeply") }
        var all = [try sequence()]
        while skip("|") { all.append(try sequence()) }
        return all.count == 1 ? all[0] : .alternatives(all)
    }

    private mutating func sequence() throws -> Pattern {
        var parts: [Pattern] = []
        while let next = peek(), next != 0x7C, next != 0x29 {
            parts.append(try quantified(try atom()))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func quantified(_ atom: Pattern) throws -> Pattern {
        var minimum = 0
        var maximum: Int?
        if skip("*") {
        } else if skip("+") {
            minimum = 1
        } else if skip("?") {
            maximum = 1
        } else if let bounds = bounds() {
            (minimum, maximum) = bounds
        } else {
            return atom
        }
        if let maximum, maximum < minimum { throw failure("numbers out of order in {} quantifier") }
        switch atom {
        case .start, .end, .wordBoundary, .look(_, isBehind: true, _):
            throw failure("nothing to repeat")
        default: break
        }
        let isGreedy = !skip("?")
        return .repetition(atom, minimum: minimum, maximum: maximum, isGreedy: isGreedy)
    }

    /// `{2}`, `{2,}` or `{2,5}`; any other brace stands for itself.
    private mutating func bounds() -> (Int, Int?)? {
        guard peek() == 0x7B else { return nil }
        let mark = position
        position += 1
        if let minimum = number() {
            var maximum: Int? = minimum
            if skip(",") { maximum = number() }
            if skip("}") { return (minimum, maximum) }
        }
        position = mark
        return nil
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = peek(), digit >= 0x30, digit <= 0x39 {
            value = min((value ?? 0) * 10 + Int(digit - 0x30), 1_000_000)
            position += 1
        }
        return value
    }

    private mutating func atom() throws -> Pattern {
        guard let scalar = peek() else { return .empty }
        position += 1
        switch scalar {
        case 0x5E: return .start
        case 0x24: return .end
        case 0x2E: return .any
        case 0x28: return try group()
        case 0x5B: return .set(try characterClass())
        case 0x5C: return try escape()
        case 0x2A, 0x2B, 0x3F: throw failure("nothing to repeat")
        default: return .scalar(scalar)
        }
    }

    private mutating func group() throws -> Pattern {
        let make: (Pattern) -> Pattern
        if skip("?:") {
            make = { .group($0, number: nil) }
        } else if skip("?=") {
            make = { .look($0, isBehind: false, isNegated: false) }
        } else if skip("?!") {
            make = { .look($0, isBehind: false, isNegated: true) }
        } else if skip("?<=") {
            make = { .look($0, isBehind: true, isNegated: false) }
        } else if skip("?<!") {
            make = { .look($0, isBehind: true, isNegated: true) }
        } else {
            groupCount += 1
            let number = groupCount
            if skip("?<") {
                names[try name()] = number
            } else if peek() == 0x3F {
                throw failure("invalid group")
            }
            make = { .group($0, number: number) }
        }
        let inside = try alternatives()
        guard skip(")") else { throw failure("unterminated group") }
        return make(inside)
    }

    private mutating func name() throws -> String {
        var name = String.UnicodeScalarView()
        while let scalar = peek(), scalar != 0x3E, let known = UnicodeScalar(scalar) {
            name.append(known)
            position += 1
        }
        guard skip(">"), !name.isEmpty else { throw failure("invalid capture group name") }
        return String(name)
    }

    private mutating func escape() throws -> Pattern {
        guard let letter = peek() else { throw failure("\\ at end of pattern") }
        if letter >= 0x31, letter <= 0x39 {
            let mark = position
            if let reference = number(), reference <= totalGroups {
                return .backreference(reference)
            }
            position = mark
        }
        position += 1
        switch UnicodeScalar(letter) {
        case "b": return .wordBoundary(isNegated: false)
        case "B": return .wordBoundary(isNegated: true)
        case "k" where skip("<"): return .namedBackreference(try name())
        default:
            position -= 1
            if let set = classEscape() { return .set(set) }
            return .scalar(try scalarEscape())
        }
    }

    private mutating func classEscape() -> ScalarSet? {
        guard let letter = peek() else { return nil }
        var set: ScalarSet
        switch letter {
        case 0x64, 0x44: set = .digits
        case 0x77, 0x57: set = .word
        case 0x73, 0x53: set = .blanks
        default: return nil
        }
        position += 1
        if letter < 0x60 { set.negate() }
        return set
    }

    private mutating func scalarEscape() throws -> UInt32 {
        guard let letter = peek() else { throw failure("\\ at end of pattern") }
        position += 1
        switch UnicodeScalar(letter) {
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
        case "f": return 0x0C
        case "0": return 0
        case "x": return hex(2) ?? letter
        case "u": return unicode() ?? letter
        case "c":
            guard let control = peek(), (control | 32) >= 0x61, (control | 32) <= 0x7A else {
                position -= 1
                return 0x5C
            }
            position += 1
            return control & 31
        default: return letter
        }
    }

    private mutating func unicode() -> UInt32? {
        guard let unit = hex(4) else { return nil }
        let mark = position
        if unit & 0xFC00 == 0xD800, skip("\\u"), let low = hex(4), low & 0xFC00 == 0xDC00 {
            return 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF)
        }
        position = mark
        return unit
    }

    private mutating func hex(_ count: Int) -> UInt32? {
        var value: UInt32 = 0
        for ahead in 0..<count {
            guard let scalar = peek(ahead).flatMap(UnicodeScalar.init),
                let digit = Character(scalar).hexDigitValue, scalar.isASCII
            else { return nil }
            value = value << 4 | UInt32(digit)
        }
        position += count
        return value
    }

    private mutating func characterClass() throws -> ScalarSet {
        var set = ScalarSet()
        let isNegated = skip("^")
        while let next = peek(), next != 0x5D {
            let (first, firstSet) = try classMember()
            guard peek() == 0x2D, let after = peek(1), after != 0x5D else {
                if let firstSet { set.insert(firstSet) } else { set.insert(first...first) }
                continue
            }
            position += 1
            let (last, lastSet) = try classMember()
            if firstSet == nil && lastSet == nil {
                guard first <= last else { throw failure("range out of order in class") }
                set.insert(first...last)
            } else {
                for part in [
                    firstSet ?? ScalarSet([first...first]), lastSet ?? ScalarSet([last...last]),
                ] {
                    set.insert(part)
                }
                set.insert(0x2D...0x2D)
            }
        }
        guard skip("]") else { throw failure("unterminated class") }
        if isNegated { set.negate() }
        return set
    }

    private mutating func classMember() throws -> (UInt32, ScalarSet?) {
        guard let scalar = peek() else { throw failure("unterminated class") }
        position += 1
        guard scalar == 0x5C else { return (scalar, nil) }
        if let set = classEscape() { return (0, set) }
        if peek() == 0x62 {
            position += 1
            return (0x08, nil)
        }
        return (try scalarEscape(), nil)
    }
}
