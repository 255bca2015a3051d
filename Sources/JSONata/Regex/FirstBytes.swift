/// The bytes that a match can begin with: all others are skipped without trying.
struct FirstBytes: Sendable {
    private var bits: (UInt64, UInt64) = (0, 0)

    /// Bytes beyond ASCII are always taken for possible.
    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        switch byte {
        case ..<64: bits.0 & 1 << UInt64(byte) != 0
        case ..<128: bits.1 & 1 << UInt64(byte - 64) != 0
        default: true
        }
    }

    private mutating func insert(_ byte: UInt32) {
        if byte < 64 { bits.0 |= 1 << UInt64(byte) } else { bits.1 |= 1 << UInt64(byte - 64) }
    }

    /// Adds what the pattern can begin with; false if it may match nothing.
    mutating func insertStarts(of pattern: Pattern, ignoresCase: Bool) -> Bool {
        switch pattern {
        case .scalar(let scalar):
            insert(where: {
                ignoresCase ? CaseFolding.upper($0) == CaseFolding.upper(scalar) : $0 == scalar
            })
        case .any: insert(where: { _ in true })
        case .set(let set):
            insert(where: { ignoresCase ? set.containsFolded($0) : set.contains($0) })
        case .sequence(let parts):
            // An assertion takes nothing, so what begins the match comes after it.
            return parts.contains { insertStarts(of: $0, ignoresCase: ignoresCase) }
        case .alternatives(let all):
            var isAlways = true
            for part in all where !insertStarts(of: part, ignoresCase: ignoresCase) {
                isAlways = false
            }
            return isAlways
        case .group(let inside, _): return insertStarts(of: inside, ignoresCase: ignoresCase)
        case .repetition(let inside, let minimum, let maximum, _):
            if maximum == 0 { return false }
            return insertStarts(of: inside, ignoresCase: ignoresCase) && minimum > 0
        default: return false
        }
        return true
    }

    private mutating func insert(where isPossible: (UInt32) -> Bool) {
        for byte in UInt32(0)..<128 where isPossible(byte) { insert(byte) }
    }
}
