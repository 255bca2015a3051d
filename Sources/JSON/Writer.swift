extension Value {
    /// Appends the value as compact JSON text. Untouched spans of compact documents are copied.
    public func write(to out: inout ByteBuffer) {
        switch self {
        case .null: out.append("null")
        case .bool(let bool): bool ? out.append("true") : out.append("false")
        case .number(let number): number.write(to: &out)
        case .string(let text): text.writeQuoted(to: &out)
        case .array(let array): array.write(to: &out)
        case .object(let object): object.write(to: &out)
        }
    }

    /// The value as compact JSON text.
    public var serialized: String {
        var out = ByteBuffer()
        write(to: &out)
        return out.string
    }

    /// The number of bytes of the compact JSON text: what AWS's payload limits count.
    public var serializedSize: Int {
        if case .string(let text) = self, text.isEmpty { return 2 }
        var out = ByteBuffer()
        write(to: &out)
        return out.count
    }

    /// The value as JSON text over several lines, members indented by two blanks.
    public var prettyPrinted: String {
        var out = ByteBuffer()
        writePretty(to: &out, indent: 0)
        return out.string
    }

    private func writePretty(to out: inout ByteBuffer, indent: Int) {
        func line(_ depth: Int) {
            out.append(0x0A)
            for _ in 0..<depth { out.append("  ") }
        }
        switch self {
        case .array(let array) where !array.isEmpty:
            var separator: UInt8 = 0x5B
            for element in array {
                out.append(separator)
                separator = 0x2C
                line(indent + 1)
                element.writePretty(to: &out, indent: indent + 1)
            }
            line(indent)
            out.append(0x5D)
        case .object(let object) where !object.isEmpty:
            var separator: UInt8 = 0x7B
            for member in object {
                out.append(separator)
                separator = 0x2C
                line(indent + 1)
                member.key.withUTF8 { Escapes.encode($0, to: &out) }
                out.append(": ")
                member.value.writePretty(to: &out, indent: indent + 1)
            }
            line(indent)
            out.append(0x7D)
        default: write(to: &out)
        }
    }
}

extension Number {
    func write(to out: inout ByteBuffer) {
        switch storage {
        case .int(let int): out.append(decimal: int)
        case .double(let double): out.append(string: Self.format(double))
        case .literal(let text): text.withUTF8 { out.append($0) }
        }
    }
}

extension Text {
    /// Appends the text as a JSON string: quoted and escaped.
    public func writeQuoted(to out: inout ByteBuffer) {
        if case .small(let low, let high) = storage,
            PlainRun.isPlain(low: low, high: high, count: Int(high >> 56))
        {
            return out.append(quotingPlain: low, high, count: Int(high >> 56))
        }
        withUTF8 { Escapes.encode($0, to: &out) }
    }
}

extension ArrayValue {
    func write(to out: inout ByteBuffer) {
        switch storage {
        case .span(let document, let token): document.write(Int(token), to: &out)
        case .elements(let elements):
            elements.withUnsafeBufferPointer { Self.write($0, to: &out) }
        }
    }

    fileprivate static func write(
        _ elements: UnsafeBufferPointer<Value>, to out: inout ByteBuffer
    ) {
        out.append(0x5B)
        for index in elements.indices {
            if index > 0 { out.append(0x2C) }
            Value.write(elements.baseAddress, index, to: &out)
        }
        out.append(0x5D)
    }
}

extension ObjectValue {
    func write(to out: inout ByteBuffer) {
        switch storage {
        case .span(let document, let token): document.write(Int(token), to: &out)
        case .members(let members): members.withUnsafeBufferPointer { Self.write($0, to: &out) }
        }
    }

    fileprivate static func write(
        _ members: UnsafeBufferPointer<Member>, to out: inout ByteBuffer
    ) {
        out.append(0x7B)
        for index in members.indices {
            if index > 0 { out.append(0x2C) }
            guard let member = members.baseAddress.map({ $0 + index }) else { continue }
            member.pointee.key.writeStart(to: &out)
            guard ValueLayout.isKnown else {
                member.pointee.value.write(to: &out)
                continue
            }
            Value.write(ValueLayout.value(of: member), 0, to: &out)
        }
        out.append(0x7D)
    }
}

extension Value {
    /// Writes the value at an address: what is in an open object or array is not copied on the way.
    static func write(
        _ base: UnsafePointer<Value>?, _ index: Int, to out: inout ByteBuffer
    ) {
        guard let value = base.map({ $0 + index }) else { return }
        if ValueLayout.isKnown {
            if let (low, high) = ValueLayout.smallText(value) {
                return Text(storage: .small(low, high)).writeQuoted(to: &out)
            }
            if let text = ValueLayout.text(value) { return Escapes.encode(text, to: &out) }
            if let members = ValueLayout.members(value) {
                return ObjectValue.write(members, to: &out)
            }
            if let elements = ValueLayout.elements(value) {
                return ArrayValue.write(elements, to: &out)
            }
        }
        value.pointee.write(to: &out)
    }
}

extension Document {
    /// Appends the value at this token: copied as it stands if the document is compact.
    func write(_ index: Int, to out: inout ByteBuffer) {
        let token = tokens[index]
        if isCompact && token.kind != .string { return out.append(raw(token)) }
        switch token.kind {
        case .null, .no, .yes, .number: out.append(raw(token))
        case .string: writeString(token, to: &out)
        case .array, .object: writeChildren(of: index, to: &out)
        }
    }

    private func writeString(_ token: Token, to out: inout ByteBuffer) {
        if token.hasEscapes && !isCompact && !Escapes.areOurs(raw(token)) {
            return Text(unescaped(token)).writeQuoted(to: &out)
        }
        out.append(0x22)
        out.append(raw(token))
        out.append(0x22)
    }

    private func writeChildren(of index: Int, to out: inout ByteBuffer) {
        // Without blanks, and with our own escapes, nothing is longer than it was.
        out.reserve(tokens[index].count)
        copyChildren(of: index, to: &out)
    }

    /// Appends an object or array token by token where there is room for all of it. The document is
    /// not compact.
    private func copyChildren(of index: Int, to out: inout ByteBuffer) {
        let container = tokens[index]
        let isObject = container.kind == .object
        out.put(isObject ? 0x7B : 0x5B)
        var child = index + 1
        while child < container.next {
            if child > index + 1 { out.put(0x2C) }
            if isObject {
                copyString(tokens[child], to: &out)
                out.put(0x3A)
                child += 1
            }
            let token = tokens[child]
            switch token.kind {
            case .null, .no, .yes, .number: out.copy(text(token), token.count)
            case .string: copyString(token, to: &out)
            case .array, .object: copyChildren(of: child, to: &out)
            }
            child = token.next
        }
        out.put(isObject ? 0x7D : 0x5D)
    }

    private func copyString(_ token: Token, to out: inout ByteBuffer) {
        if token.hasEscapes { return writeString(token, to: &out) }
        // With its quotes.
        out.copy(text(token) - 1, token.count + 2)
    }

    /// The text of a token, which is never empty with its quotes.
    private func text(_ token: Token) -> UnsafePointer<UInt8> {
        bytes.baseAddress.unsafelyUnwrapped + token.start
    }
}
