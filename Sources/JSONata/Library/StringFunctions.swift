import JSON

extension Library {
    static let stringFunctions: [LibraryFunction] = [
        LibraryFunction("string", "<x-b?:s>", arity: 1) { arguments, machine in
            let value = arguments[0]
            switch value {
            case .undefined, .text: return value
            default: break
            }
            var out = ByteBuffer()
            try value.appendText(to: &out, isPretty: arguments[1].isTrue)
            try machine.charge(bytes: out.count)
            return .text(Text(utf8: out.bytes))
        },
        LibraryFunction("length", "<s-:n>", arity: 1) { arguments, _ in
            guard let text = arguments.text(0) else { return .undefined }
            return .number(Double(text.withUTF8 { $0.count { $0 & 0xC0 != 0x80 } }))
        },
        LibraryFunction("substring", "<s-nn?:s>", arity: 3) { arguments, machine in
            try substring(arguments, &machine)
        },
        LibraryFunction("substringBefore", "<s-s:s>", arity: 2) { arguments, _ in
            guard let text = arguments.text(0), let mark = arguments.text(1) else {
                return arguments[0]
            }
            guard let range = text.firstRange(of: mark) else { return .text(text) }
            return .text(text.part(0..<range.lowerBound))
        },
        LibraryFunction("substringAfter", "<s-s:s>", arity: 2) { arguments, _ in
            guard let text = arguments.text(0), let mark = arguments.text(1) else {
                return arguments[0]
            }
            guard let range = text.firstRange(of: mark) else { return .text(text) }
            return .text(text.part(range.upperBound..<text.utf8Count))
        },
        LibraryFunction("lowercase", "<s-:s>", arity: 1) { arguments, _ in
            guard let string = arguments.string(0) else { return .undefined }
            return .string(string.lowercased())
        },
        LibraryFunction("uppercase", "<s-:s>", arity: 1) { arguments, _ in
            guard let string = arguments.string(0) else { return .undefined }
            return .string(string.uppercased())
        },
        LibraryFunction("trim", "<s-:s>", arity: 1) { arguments, _ in
            guard let text = arguments.text(0) else { return .undefined }
            return .text(trimmed(text))
        },
        LibraryFunction("pad", "<s-ns?:s>", arity: 3) { arguments, machine in
            try pad(arguments, &machine)
        },
    ]

    /// Counts code points; negative starts count from the end; fractions are cut.
    private static func substring(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        guard let text = arguments.text(0) else { return .undefined }
        let count = Double(text.withUTF8 { $0.count { $0 & 0xC0 != 0x80 } })
        var start = arguments.number(1) ?? 0
        if count + start < 0 { start = 0 }
        var end = Double.infinity
        if let length = arguments.number(2) {
            if length <= 0 { return .string("") }
            end = start >= 0 ? start + length : count + start + length
        }
        func place(_ position: Double) -> Int {
            let whole = position.isNaN ? 0 : position.rounded(.towardZero)
            return Int(min(max(whole < 0 ? count + whole : whole, 0), count))
        }
        let (first, last) = (place(start), place(end))
        guard first < last else { return .string("") }
        return .text(text.part(text.utf8Range(ofScalars: first..<last)))
    }

    private static func trimmed(_ text: Text) -> Text {
        text.withUTF8 { bytes in
            var out: [UInt8] = []
            var isBlank = false
            for byte in bytes {
                if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                    isBlank = true
                } else {
                    if isBlank && !out.isEmpty { out.append(0x20) }
                    isBlank = false
                    out.append(byte)
                }
            }
            return Text(String(decoding: out, as: UTF8.self))
        }
    }

    private static func pad(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        guard let text = arguments.text(0) else { return .undefined }
        guard let width = arguments.number(1) else { return .text(text) }
        let missing = width.magnitude.rounded(.down) - Double(text.scalarCount)
        guard missing > 0 else { return .text(text) }
        guard missing < 1e10 else { throw JSONataError.tooLarge }
        let fill = arguments.text(2).flatMap { $0.isEmpty ? nil : $0 } ?? Text(" ")
        let count = Int(missing)
        try machine.charge(bytes: count / fill.scalarCount * fill.utf8Count + fill.utf8Count)
        var out = ByteBuffer(capacity: text.utf8Count + count + 16)
        if width > 0 { text.withUTF8 { out.append($0) } }
        for _ in 0..<count / fill.scalarCount { fill.withUTF8 { out.append($0) } }
        let rest = fill.utf8Range(ofScalars: 0..<count % fill.scalarCount)
        fill.withUTF8 { out.append(UnsafeBufferPointer(rebasing: $0[rest])) }
        if width < 0 { text.withUTF8 { out.append($0) } }
        return .text(Text(utf8: out.bytes))
    }
}

extension Text {
    var scalarCount: Int { withUTF8 { $0.count { $0 & 0xC0 != 0x80 } } }

    /// The bytes of the first occurrence of another text.
    func firstRange(of other: Text, from start: Int = 0) -> Range<Int>? {
        withUTF8 { bytes in
            other.withUTF8 { wanted in
                guard wanted.count > 0 else { return start..<start }
                var index = start
                while index + wanted.count <= bytes.count {
                    if bytes[index] == wanted[0] {
                        let slice = UnsafeBufferPointer(
                            rebasing: bytes[index..<index + wanted.count])
                        if slice.elementsEqual(wanted) { return index..<index + wanted.count }
                    }
                    index += 1
                }
                return nil
            }
        }
    }

    /// The text of these bytes.
    func part(_ range: Range<Int>) -> Text {
        withUTF8 { Text(utf8: UnsafeBufferPointer(rebasing: $0[range])) }
    }

    func utf8Range(ofScalars range: Range<Int>) -> Range<Int> {
        withUTF8 { bytes in
            if bytes.allSatisfy({ $0 < 0x80 }) { return range }
            var (scalar, start, end) = (-1, bytes.count, bytes.count)
            for index in bytes.indices where bytes[index] & 0xC0 != 0x80 {
                scalar += 1
                if scalar == range.lowerBound { start = index }
                if scalar == range.upperBound { end = index; break }
            }
            return start..<end
        }
    }
}
