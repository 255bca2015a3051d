import JSON

extension Item {
    /// Appends the value as `$string` and `&` show it; undefined is nothing.
    func appendText(to out: inout ByteBuffer, isPretty: Bool = false) throws {
        switch self {
        case .undefined, .unassigned, .function: break
        case .text(let text): text.withUTF8 { out.append($0) }
        case .number(let number):
            guard number.isFinite else {
                throw JSONataError("D3001", value: .string(NumberText.format(number)))
            }
            try NumberText.append(number, to: &out)
        default: try appendJSON(to: &out, indent: isPretty ? 0 : nil)
        }
    }

    /// Appends the value as JSON text, as JavaScript writes it; `indent` breaks lines.
    func appendJSON(to out: inout ByteBuffer, indent: Int?) throws {
        switch self {
        case .null: out.append("null")
        case .bool(let bool): bool ? out.append("true") : out.append("false")
        case .number(let number): try NumberText.append(number, to: &out)
        case .wide(let number): out.append(string: number.text)
        case .text(let text): text.withUTF8 { Self.appendQuoted($0, to: &out) }
        case .undefined, .unassigned: out.append("null")
        case .function: out.append("\"\"")
        case .array, .list: try NativeStack.run { try appendArray(to: &out, indent) }
        case .object, .record: try NativeStack.run { try appendObject(to: &out, indent) }
        }
    }

    private static func newLine(_ indent: Int, to out: inout ByteBuffer) {
        out.append(0x0A)
        for _ in 0..<indent { out.append("  ") }
    }

    private func appendArray(to out: inout ByteBuffer, _ indent: Int?) throws {
        out.append(0x5B)
        var isFirst = true
        for element in Elements(self) {
            if !isFirst { out.append(0x2C) }
            isFirst = false
            if let indent { Self.newLine(indent + 1, to: &out) }
            try element.appendJSON(to: &out, indent: indent.map { $0 + 1 })
        }
        if let indent, !isFirst { Self.newLine(indent, to: &out) }
        out.append(0x5D)
    }

    private func appendObject(to out: inout ByteBuffer, _ indent: Int?) throws {
        out.append(0x7B)
        var isFirst = true
        for member in members where !member.value.isUndefined {
            if !isFirst { out.append(0x2C) }
            isFirst = false
            if let indent { Self.newLine(indent + 1, to: &out) }
            member.key.withUTF8 { Self.appendQuoted($0, to: &out) }
            out.append(0x3A)
            if indent != nil { out.append(0x20) }
            try member.value.appendJSON(to: &out, indent: indent.map { $0 + 1 })
        }
        if let indent, !isFirst { Self.newLine(indent, to: &out) }
        out.append(0x7D)
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    private static func appendQuoted(
        _ bytes: UnsafeBufferPointer<UInt8>, to out: inout ByteBuffer
    ) {
        out.append(0x22)
        var clean = 0
        for index in bytes.indices
        where bytes[index] < 0x20 || bytes[index] == 0x22 || bytes[index] == 0x5C {
            out.append(UnsafeBufferPointer(rebasing: bytes[clean..<index]))
            appendEscape(bytes[index], to: &out)
            clean = index + 1
        }
        out.append(UnsafeBufferPointer(rebasing: bytes[clean...]))
        out.append(0x22)
    }

    private static func appendEscape(_ byte: UInt8, to out: inout ByteBuffer) {
        out.append(0x5C)
        switch byte {
        case 0x08: out.append(0x62)
        case 0x09: out.append(0x74)
        case 0x0A: out.append(0x6E)
        case 0x0C: out.append(0x66)
        case 0x0D: out.append(0x72)
        case 0x22, 0x5C: out.append(byte)
        default:
            out.append("u00")
            out.append(hexDigits[Int(byte >> 4)])
            out.append(hexDigits[Int(byte & 15)])
        }
    }
}

/// `a & b & c`.
final class ConcatenationNode: Node, @unchecked Sendable {
    private let parts: [Node]
    private let uncounted: [Uncounted<Node>]

    private init(_ parts: [Node]) {
        self.parts = parts
        uncounted = parts.map { Uncounted($0) }
    }

    /// One node for a whole chain, so that the text is built once.
    static func joining(_ left: Node, _ right: Node) -> Node {
        if let chain = left as? ConcatenationNode {
            return ConcatenationNode(chain.parts + [right])
        }
        return ConcatenationNode([left, right])
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        var out = ByteBuffer(capacity: 128)
        for index in uncounted.indices {
            let value = try uncounted[index].evaluate(input, &machine)
            try value.appendText(to: &out)
        }
        try machine.charge(bytes: out.count)
        return .text(Text(utf8: out.bytes))
    }
}
