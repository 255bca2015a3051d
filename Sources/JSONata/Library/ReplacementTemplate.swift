import JSON

/// The replacement of `$replace` with a regular expression: `$1` and so on are groups.
struct ReplacementTemplate {
    private enum Piece {
        case literal([UInt8])
        /// A dollar with the digits behind it.
        case reference([UInt8])
    }

    private var pieces: [Piece] = []

    init(_ text: Text) {
        let bytes = text.withUTF8 { Array($0) }
        var literal: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$") else {
                literal.append(bytes[index])
                index += 1
                continue
            }
            index += 1
            let digits = Array(bytes[index...].prefix { $0 >= 0x30 && $0 <= 0x39 })
            if index < bytes.count, bytes[index] == UInt8(ascii: "$") {
                literal.append(UInt8(ascii: "$"))
                index += 1
            } else if digits.isEmpty {
                literal.append(UInt8(ascii: "$"))
            } else {
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(.reference(digits))
                index += digits.count
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
    }

    func append(_ match: Match, to out: inout ByteBuffer) {
        append(groupCount: match.groups.count, to: &out) { group, out in
            let text = group == 0 ? match.text : match.groups[group - 1]
            text?.withUTF8 { out.append($0) }
        }
    }

    /// Appends for a match whose groups are still places in the text.
    func append(
        _ bytes: UnsafeBufferPointer<UInt8>, _ places: [Int], _ groupCount: Int,
        to out: inout ByteBuffer
    ) {
        append(groupCount: groupCount, to: &out) { group, out in
            let (start, end) = (places[group * 2], places[group * 2 + 1])
            if start >= 0, end > start {
                out.append(UnsafeBufferPointer(rebasing: bytes[start..<end]))
            }
        }
    }

    @inline(__always)
    private func append(
        groupCount: Int, to out: inout ByteBuffer,
        _ appendGroup: (_ group: Int, _ out: inout ByteBuffer) -> Void
    ) {
        for piece in pieces {
            switch piece {
            case .literal(let bytes): bytes.withUnsafeBufferPointer { out.append($0) }
            case .reference(let digits):
                let (group, used) = Self.reference(digits, groupCount)
                if let group { appendGroup(group, &out) }
                if used < digits.count {
                    digits[used...].withUnsafeBufferPointer { out.append($0) }
                }
            }
        }
    }

    /// As many digits make the number of a group as the count of groups has, or one fewer if
    /// there is no such group; the other digits stand for themselves.
    private static func reference(_ digits: [UInt8], _ count: Int) -> (group: Int?, used: Int) {
        if digits[0] == UInt8(ascii: "0") { return (0, 1) }
        var used = min(count < 10 ? 1 : String(count).utf8.count, digits.count)
        var number = Self.number(digits.prefix(used))
        if used > 1 && number > count {
            used -= 1
            number = Self.number(digits.prefix(used))
        }
        return (number >= 1 && number <= count ? number : nil, used)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int {
        digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
