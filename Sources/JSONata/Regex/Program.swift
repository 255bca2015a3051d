/// A regular expression compiled to instructions.
struct Program: Sendable {
    enum Instruction: Sendable {
        case scalar(UInt32)
        case ascii(UInt8)
        case any
        case set(Int)
        /// The next instruction reads backwards: inside a lookbehind.
        case backward
        /// Goes on at the next instruction, and at the other if that fails.
        case split(other: Int)
        /// Goes on at the other instruction, and at the next if that fails.
        case splitLate(other: Int)
        case jump(Int)
        case save(Int)
        case clear(from: Int, to: Int)
        /// Fails where an iteration that began at the saved place has matched nothing.
        case advanced(since: Int)
        case start
        case end
        case wordBoundary(isNegated: Bool)
        case backreference(Int)
        /// The assertion's own program follows and ends with `match`.
        case look(isBehind: Bool, isNegated: Bool, end: Int)
        case match
    }

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [ScalarSet] = []
    let groupCount: Int
    /// Places that a match saves: two of each group, one of each loop that needs it.
    private(set) var slotCount: Int
    let ignoresCase: Bool
    let isMultiline: Bool
    /// Whether a state that has failed once can be given up for good.
    private(set) var canRemember = true
    /// The bytes that matches begin with; nil if they may begin with any, or be empty.
    private(set) var first: FirstBytes?
    private let names: [String: Int]
    private var isBackward = false

    private static let maximumSize = 20_000

    init(_ text: String, flags: String) throws {
        var parser = PatternParser(text)
        let pattern = try parser.parse()
        groupCount = parser.groupCount
        slotCount = (parser.groupCount + 1) * 2
        names = parser.names
        ignoresCase = flags.contains("i")
        isMultiline = flags.contains("m")
        try emit(pattern)
        instructions.append(.match)
        var bytes = FirstBytes()
        if bytes.insertStarts(of: pattern, ignoresCase: ignoresCase) { first = bytes }
    }

    private mutating func append(_ instruction: Instruction) throws {
        guard instructions.count < Self.maximumSize else {
            throw JSONataError(.coded, "S0302", "Invalid regular expression: too large")
        }
        instructions.append(instruction)
    }

    private mutating func emitOne(_ instruction: Instruction) throws {
        if isBackward { try append(.backward) }
        try append(instruction)
    }

    private mutating func emit(_ pattern: Pattern) throws {
        switch pattern {
        case .empty: break
        case .scalar(let scalar):
            let folded = ignoresCase ? CaseFolding.upper(scalar) : scalar
            let isSimple = folded < 128 && !ignoresCase
            try emitOne(isSimple ? .ascii(UInt8(folded)) : .scalar(folded))
        case .any: try emitOne(.any)
        case .set(let set):
            sets.append(set)
            try emitOne(.set(sets.count - 1))
        case .sequence(let parts):
            for part in isBackward ? parts.reversed() : parts { try emit(part) }
        case .alternatives(let all): try emitAlternatives(all)
        case .group(let inside, let number):
            guard let number else { return try emit(inside) }
            try append(.save(number * 2 + (isBackward ? 1 : 0)))
            try emit(inside)
            try append(.save(number * 2 + (isBackward ? 0 : 1)))
        case .repetition(let inside, let minimum, let maximum, let isGreedy):
            try emitRepetition(inside, minimum, maximum, isGreedy)
        case .start: try append(.start)
        case .end: try append(.end)
        case .wordBoundary(let isNegated): try append(.wordBoundary(isNegated: isNegated))
        case .backreference(let number): try emitBackreference(number)
        case .namedBackreference(let name):
            guard let number = names[name] else {
                throw JSONataError(.coded, "S0302", "Invalid regular expression: no group \(name)")
            }
            try emitBackreference(number)
        case .look(let inside, let isBehind, let isNegated):
            try emitLook(inside, isBehind, isNegated)
        }
    }

    private mutating func emitBackreference(_ number: Int) throws {
        canRemember = false
        try emitOne(.backreference(number))
    }

    private mutating func emitLook(
        _ inside: Pattern, _ isBehind: Bool, _ isNegated: Bool
    ) throws {
        let place = instructions.count
        try append(.match)
        let outer = isBackward
        isBackward = isBehind
        try emit(inside)
        isBackward = outer
        try append(.match)
        instructions[place] = .look(
            isBehind: isBehind, isNegated: isNegated, end: instructions.count)
    }

    private mutating func emitAlternatives(_ all: [Pattern]) throws {
        var ends: [Int] = []
        for (index, part) in all.enumerated() {
            let place = instructions.count
            let isLast = index == all.count - 1
            if !isLast { try append(.match) }
            try emit(part)
            if !isLast {
                ends.append(instructions.count)
                try append(.match)
                instructions[place] = .split(other: instructions.count)
            }
        }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }

    private mutating func emitRepetition(
        _ inside: Pattern, _ minimum: Int, _ maximum: Int?, _ isGreedy: Bool
    ) throws {
        for _ in 0..<minimum { try emitIteration(inside) }
        if let maximum {
            var splits: [Int] = []
            for _ in minimum..<max(maximum, minimum) {
                splits.append(instructions.count)
                try append(.match)
                try emitIteration(inside)
            }
            for place in splits { instructions[place] = Self.choice(isGreedy, instructions.count) }
            return
        }
        let place = instructions.count
        try append(.match)
        let mark = slotCount
        let canBeEmpty = Self.canBeEmpty(inside)
        if canBeEmpty {
            slotCount += 1
            try append(.save(mark))
        }
        try emitIteration(inside)
        if canBeEmpty { try append(.advanced(since: mark)) }
        try append(.jump(place))
        instructions[place] = Self.choice(isGreedy, instructions.count)
    }

    private static func choice(_ isGreedy: Bool, _ exit: Int) -> Instruction {
        isGreedy ? .split(other: exit) : .splitLate(other: exit)
    }

    /// Groups inside forget what they matched in the iteration before.
    private mutating func emitIteration(_ inside: Pattern) throws {
        if let groups = Self.groups(in: inside) {
            try append(.clear(from: groups.lowerBound, to: groups.upperBound))
        }
        try emit(inside)
    }

    private static func canBeEmpty(_ pattern: Pattern) -> Bool {
        switch pattern {
        case .scalar, .any, .set: false
        case .sequence(let parts): parts.allSatisfy(canBeEmpty)
        case .alternatives(let all): all.contains(where: canBeEmpty)
        case .group(let inside, _): canBeEmpty(inside)
        case .repetition(let inside, let minimum, _, _): minimum == 0 || canBeEmpty(inside)
        default: true
        }
    }

    private static func groups(in pattern: Pattern) -> ClosedRange<Int>? {
        switch pattern {
        case .group(let inside, let number):
            let range = groups(in: inside)
            guard let number else { return range }
            return min(
                number, range?.lowerBound ?? number)...max(number, range?.upperBound ?? number)
        case .sequence(let parts), .alternatives(let parts):
            let all = parts.compactMap { groups(in: $0) }
            guard let first = all.map(\.lowerBound).min(), let last = all.map(\.upperBound).max()
            else { return nil }
            return first...last
        case .repetition(let inside, _, _, _), .look(let inside, _, _): return groups(in: inside)
        default: return nil
        }
    }
}
