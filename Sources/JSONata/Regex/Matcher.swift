/// Runs a program over a text by backtracking, with its own stack.
///
/// Most searches take few steps. One that takes many starts over and remembers which states have
/// failed, which bounds it by the length of the text times that of the program; where that is
/// impossible, because the pattern has backreferences, the steps are limited.
struct Matcher {
    private let program: Program
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Starts and ends of the whole match and of its groups; -1 for groups that took no part.
    private(set) var saved: [Int]
    private var stack: [Choice] = []
    private var failed: [UInt64] = []
    private var steps = 0
    private var budget = 0
    private var isRemembering = false

    private static let maximumSteps = 20_000_000
    private static let maximumStates = 1 << 27

    /// Something to go back to when the way taken fails.
    private enum Choice {
        case resume(instruction: Int, position: Int)
        case restore(slot: Int, value: Int)
    }

    private enum Stop: Error { case overBudget }

    init(_ program: Program, _ bytes: UnsafeBufferPointer<UInt8>) {
        self.program = program
        self.bytes = bytes
        saved = Array(repeating: -1, count: program.slotCount)
    }

    /// Looks for the first match from this byte on; `saved` tells where it is.
    mutating func search(from start: Int) throws -> Bool {
        budget = 32 * (bytes.count - start) + 10_000
        do {
            return try scan(from: start)
        } catch Stop.overBudget {
            return try searchAgain(from: start)
        }
    }

    private mutating func searchAgain(from start: Int) throws -> Bool {
        let states = (bytes.count + 1) * program.instructions.count
        isRemembering = program.canRemember && states < Self.maximumStates
        defer { isRemembering = false }
        if isRemembering { failed = Array(repeating: 0, count: states / 64 + 1) }
        budget = Self.maximumSteps + (isRemembering ? 4 * states : 0)
        do {
            return try scan(from: start)
        } catch Stop.overBudget {
            throw JSONataError.tooSlow
        }
    }

    private mutating func scan(from start: Int) throws -> Bool {
        steps = 0
        var position = start
        while position <= bytes.count {
            if let first = program.first {
                while position < bytes.count, !first.contains(bytes[position]) { position += 1 }
                if position == bytes.count { return false }
            }
            for index in saved.indices { saved[index] = -1 }
            stack.removeAll(keepingCapacity: true)
            if let end = try run(from: 0, at: position) {
                saved[0] = position
                saved[1] = end
                return true
            }
            position += position < bytes.count ? length(at: position) : 1
        }
        return false
    }

    private func length(at position: Int) -> Int {
        switch bytes[position] {
        case ..<0xC0: 1
        case ..<0xE0: 2
        case ..<0xF0: 3
        default: 4
        }
    }

    /// Follows the program until it matches; gives the position, or nil.
    private mutating func run(from first: Int, at start: Int) throws -> Int? {
        let base = stack.count
        var instruction = first
        var position = start
        while true {
            steps += 1
            if steps > budget { throw Stop.overBudget }
            if case .match = program.instructions[instruction] { return position }
            if let next = try step(&instruction, position) {
                position = next
                continue
            }
            guard let choice = goBack(to: base) else { return nil }
            (instruction, position) = choice
        }
    }

    private mutating func goBack(to base: Int) -> (Int, Int)? {
        while stack.count > base, let choice = stack.popLast() {
            switch choice {
            case .restore(let slot, let value): saved[slot] = value
            case .resume(let instruction, let position): return (instruction, position)
            }
        }
        return nil
    }

    /// Executes one instruction; gives the new position, or nil if it fails.
    @inline(__always)
    private mutating func step(_ instruction: inout Int, _ position: Int) throws -> Int? {
        let current = instruction
        instruction += 1
        switch program.instructions[current] {
        case .ascii(let byte):
            return position < bytes.count && bytes[position] == byte ? position + 1 : nil
        case .scalar, .any, .set, .backreference:
            return consume(program.instructions[current], position, isBackward: false)
        case .backward:
            instruction += 1
            return consume(program.instructions[current + 1], position, isBackward: true)
        case .split(let other):
            if hasFailed(current, position) { return nil }
            stack.append(.resume(instruction: other, position: position))
        case .splitLate(let other):
            if hasFailed(current, position) { return nil }
            stack.append(.resume(instruction: instruction, position: position))
            instruction = other
        case .jump(let other): instruction = other
        case .save(let slot): set(slot, position)
        case .clear(let from, let to):
            for slot in from * 2...to * 2 + 1 where saved[slot] >= 0 { set(slot, -1) }
        case .advanced(let slot): return saved[slot] != position ? position : nil
        case .start: return isLineStart(position) ? position : nil
        case .end: return isLineEnd(position) ? position : nil
        case .wordBoundary(let isNegated):
            let isBoundary = isWord(before: position) != isWord(at: position)
            return isBoundary != isNegated ? position : nil
        case .look(_, let isNegated, let end):
            let holds = try look(from: instruction, position)
            instruction = end
            return holds != isNegated ? position : nil
        case .match: break
        }
        return position
    }

    private mutating func set(_ slot: Int, _ value: Int) {
        stack.append(.restore(slot: slot, value: saved[slot]))
        saved[slot] = value
    }

    /// An assertion is tried for itself; once it holds, its own choices are forgotten.
    private mutating func look(from instruction: Int, _ position: Int) throws -> Bool {
        let base = stack.count
        let remembered = isRemembering
        isRemembering = false
        defer { isRemembering = remembered }
        let holds = try run(from: instruction, at: position) != nil
        if holds {
            stack[base...] =
                stack[base...].filter {
                    if case .restore = $0 { return true }
                    return false
                }[...]
        }
        return holds
    }

    /// While remembering: whether this state was entered before, which means that it failed.
    private mutating func hasFailed(_ instruction: Int, _ position: Int) -> Bool {
        guard isRemembering else { return false }
        let state = position * program.instructions.count + instruction
        let bit = UInt64(1) << UInt64(state & 63)
        if failed[state >> 6] & bit != 0 { return true }
        failed[state >> 6] |= bit
        return false
    }
}

extension Matcher {
    private func consume(
        _ instruction: Program.Instruction, _ position: Int, isBackward: Bool
    ) -> Int? {
        if case .backreference(let group) = instruction {
            return backreference(group, position, isBackward)
        }
        guard let (scalar, next) = isBackward ? scalar(before: position) : scalar(at: position)
        else { return nil }
        let matches =
            switch instruction {
            case .ascii(let byte): scalar == UInt32(byte)
            case .scalar(let wanted):
                wanted == (program.ignoresCase ? CaseFolding.upper(scalar) : scalar)
            case .any: !Self.isLineEnd(scalar)
            case .set(let index):
                program.ignoresCase
                    ? program.sets[index].containsFolded(scalar)
                    : program.sets[index].contains(scalar)
            default: false
            }
        return matches ? next : nil
    }

    private func backreference(_ group: Int, _ position: Int, _ isBackward: Bool) -> Int? {
        let (start, end) = (saved[group * 2], saved[group * 2 + 1])
        guard start >= 0, end >= start else { return position }
        let count = end - start
        let from = isBackward ? position - count : position
        guard from >= 0, from + count <= bytes.count else { return nil }
        for index in 0..<count {
            let (l, r) = (UInt32(bytes[start + index]), UInt32(bytes[from + index]))
            if l == r { continue }
            guard program.ignoresCase, l < 128, r < 128,
                CaseFolding.upper(l) == CaseFolding.upper(r)
            else { return nil }
        }
        return isBackward ? from : from + count
    }

    @inline(__always)
    private func scalar(at position: Int) -> (UInt32, Int)? {
        guard position < bytes.count else { return nil }
        let lead = UInt32(bytes[position])
        if lead < 0x80 { return (lead, position + 1) }
        let count = length(at: position)
        guard position + count <= bytes.count else { return (lead, position + 1) }
        var scalar = count == 1 ? lead : lead & (0x7F >> UInt32(count))
        for index in 1..<max(count, 1) where index < count {
            scalar = scalar << 6 | UInt32(bytes[position + index] & 0x3F)
        }
        return (scalar, position + count)
    }

    private func scalar(before position: Int) -> (UInt32, Int)? {
        guard position > 0 else { return nil }
        var start = position - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return scalar(at: start).map { ($0.0, start) }
    }

    private func isWord(at position: Int) -> Bool {
        position < bytes.count && ScalarSet.word.contains(UInt32(bytes[position]))
    }

    private func isWord(before position: Int) -> Bool {
        position > 0 && ScalarSet.word.contains(UInt32(bytes[position - 1]))
    }

    private static func isLineEnd(_ scalar: UInt32) -> Bool {
        scalar == 0x0A || scalar == 0x0D || scalar == 0x2028 || scalar == 0x2029
    }

    private func isLineStart(_ position: Int) -> Bool {
        if position == 0 { return true }
        guard program.isMultiline, let (scalar, _) = scalar(before: position) else { return false }
        return Self.isLineEnd(scalar)
    }

    private func isLineEnd(_ position: Int) -> Bool {
        if position == bytes.count { return true }
        guard program.isMultiline, let (scalar, _) = scalar(at: position) else { return false }
        return Self.isLineEnd(scalar)
    }
}
