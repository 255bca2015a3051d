import JSON

/// The operand of `StringMatches`: literal pieces with `*` between them.
public struct StringPattern: Sendable {
    /// The texts between the stars, unescaped; one piece means no star.
    public let pieces: [Text]

    /// Reads a pattern; nil if a backslash stands before anything but `*` and `\`.
    public init?(parsing text: String) {
        var pieces: [Text] = []
        var piece = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*":
                pieces.append(Text(piece))
                piece = ""
            case "\\":
                guard let escaped = rest.popFirst(), escaped == "*" || escaped == "\\" else {
                    return nil
                }
                piece.unicodeScalars.append(escaped)
            default: piece.unicodeScalars.append(scalar)
            }
        }
        self.pieces = pieces + [Text(piece)]
    }

    /// Whether the whole text matches. Takes the first place for each piece, so the time is
    /// bounded by the lengths multiplied, never more.
    public func matches(_ text: Text) -> Bool {
        text.withUTF8 { bytes in
            guard pieces.count > 1 else {
                return pieces[0].withUTF8 { $0.elementsEqual(bytes) }
            }
            return matches(bytes)
        }
    }

    private func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let last = pieces[pieces.count - 1]
        let end = bytes.count - last.utf8Count
        guard end >= pieces[0].utf8Count, begins(bytes, with: pieces[0], at: 0),
            begins(bytes, with: last, at: end)
        else { return false }
        var position = pieces[0].utf8Count
        for piece in pieces.dropFirst().dropLast() {
            while position + piece.utf8Count <= end, !begins(bytes, with: piece, at: position) {
                position += 1
            }
            position += piece.utf8Count
            if position > end { return false }
        }
        return true
    }

    private func begins(
        _ bytes: UnsafeBufferPointer<UInt8>, with piece: Text, at position: Int
    ) -> Bool {
        piece.withUTF8 { piece in
            guard position + piece.count <= bytes.count else { return false }
            for index in piece.indices where piece[index] != bytes[position + index] {
                return false
            }
            return true
        }
    }
}
