/// A value inside a parsed document, looked at where it lies: to walk over it copies nothing and
/// counts no references. The document has to be kept for as long.
package struct ValueSpan {
    // The document's parts beside it: to go by way of the object would count references to it.
    @usableFromInline let document: Unmanaged<Document>
    @usableFromInline let tokens: UnsafePointer<Document.Token>
    @usableFromInline let bytes: UnsafeBufferPointer<UInt8>
    @usableFromInline let isCompact: Bool
    @usableFromInline let token: Int

    private init(_ document: Document) {
        self.document = .passUnretained(document)
        tokens = document.tokens
        bytes = document.bytes
        isCompact = document.isCompact
        token = 0
    }

    @inlinable
    @inline(__always)
    init(_ token: Int, beside other: ValueSpan) {
        document = other.document
        tokens = other.tokens
        bytes = other.bytes
        isCompact = other.isCompact
        self.token = token
    }

    /// The first element of an array that is a span; nil if it has none, or is open.
    package init?(firstOf array: ArrayValue) {
        guard case .span(let document, let token) = array.storage,
            document.tokens[Int(token)].childCount > 0
        else { return nil }
        self.init(Int(token) + 1, beside: ValueSpan(document))
    }

    /// Calls `body` with the value of one JSON text, whose bytes are only borrowed.
    package static func parsing<R>(
        _ bytes: UnsafeBufferPointer<UInt8>, _ body: (ValueSpan) throws -> R
    ) throws -> R {
        let document = Document(borrowing: bytes, release: {})
        try document.index(options: ParseOptions())
        return try withExtendedLifetime(document) { try body(ValueSpan(document)) }
    }

    /// What follows it in its array; if it is the last element, nothing that may be looked at.
    @inlinable
    package var following: ValueSpan { ValueSpan(tokens[token].next, beside: self) }

    /// What sort of value it is.
    @inlinable
    package var kind: Value.Kind {
        switch tokens[token].kind {
        case .null: .null
        case .no, .yes: .boolean
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// Whether it is an object with members.
    @inlinable
    package var hasMembers: Bool {
        tokens[token].kind == .object && tokens[token].childCount > 0
    }

    /// The value, for what is done with it beyond looking.
    package var value: Value { document._withUnsafeGuaranteedRef { $0.value(at: token) } }

    /// The value of a number of few digits.
    package var exactDouble: Double? {
        let found = tokens[token]
        return found.kind == .number ? Number.exactDecimal(raw(found)) : nil
    }

    /// The bytes of its text, of a string without the quotes; nil where they are not as they would
    /// be written: escapes in a string, blanks in a container.
    @inlinable
    package var plainBytes: UnsafeBufferPointer<UInt8>? {
        let found = tokens[token]
        switch found.kind {
        case .string where found.hasEscapes: return nil
        case .array where !isCompact, .object where !isCompact: return nil
        default: return raw(found)
        }
    }

    /// Calls `body` with the name of each member, its place among them, and its value.
    @inlinable
    package func forEachMember(
        _ body: (UnsafeBufferPointer<UInt8>, Int, ValueSpan) throws -> Void
    ) rethrows {
        let end = tokens[token].next
        var index = token + 1
        var place = 0
        while index < end {
            let name = tokens[index]
            let value = ValueSpan(index + 1, beside: self)
            if name.hasEscapes {
                try Text(Escapes.decode(raw(name))).withUTF8 { try body($0, place, value) }
            } else {
                try body(raw(name), place, value)
            }
            index = tokens[index + 1].next
            place += 1
        }
    }

    @inlinable
    @inline(__always)
    func raw(_ token: Document.Token) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[token.start..<token.start + token.count])
    }
}
