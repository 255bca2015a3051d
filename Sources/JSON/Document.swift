#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Immutable bytes with, for parsed JSON, the index of tokens over them: one allocation that
/// every span of the document holds on to.
///
/// Also serves, without tokens, as the owner of raw record bytes (a block of CSV rows).
public final class Document: @unchecked Sendable {
    // Proof: everything is set in the initialiser or by the parser before the document is
    // handed out, and only read afterwards.

    /// One token; a value's tokens follow each other, `next` is the one after its whole subtree.
    @usableFromInline
    struct Token: BitwiseCopyable {
        /// First byte of the value; of a string the first after the quote.
        @usableFromInline var offset: UInt32
        /// Bytes of the value's text; of a string without the quotes.
        @usableFromInline var length: UInt32
        @usableFromInline var nextToken: UInt32
        /// Kind in the low 3 bits, "has escapes" in bit 3, number of children above.
        @usableFromInline var details: UInt32

        @inlinable var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: details & 7))! }
        @inlinable var hasEscapes: Bool { details & 8 != 0 }
        @inlinable var childCount: Int { Int(details >> 4) }
        @inlinable var next: Int { Int(nextToken) }
        @inlinable var start: Int { Int(offset) }
        @inlinable var count: Int { Int(length) }

        @inlinable
        init(offset: Int, length: Int, next: Int, kind: Kind, escapes: Bool = false) {
            self.offset = UInt32(truncatingIfNeeded: offset)
            self.length = UInt32(truncatingIfNeeded: length)
            nextToken = UInt32(truncatingIfNeeded: next)
            details = UInt32(kind.rawValue) | (escapes ? 8 : 0)
        }
    }

    @usableFromInline
    enum Kind: UInt8 { case null, no, yes, number, string, array, object }

    /// The bytes as they were read.
    public let bytes: UnsafeBufferPointer<UInt8>
    // Unchecked: they change only before the document is shared, and a dynamic check at every
    // token read costs a third of a lookup.
    @exclusivity(unchecked) @usableFromInline var tokens: UnsafePointer<Token>
    @exclusivity(unchecked) @usableFromInline var tokenCount: Int
    /// Whether the text is as it would be written again, without blanks between tokens and with no
    /// escapes but our own, so that spans can be copied.
    @exclusivity(unchecked) @usableFromInline var isCompact = false
    /// The members whose name an earlier member of the same object has; their values won.
    public internal(set) var duplicateNames: [DuplicateName] = []
    private let release: () -> Void

    /// A member name that occurs again in its object.
    public struct DuplicateName: Sendable {
        /// The name.
        public let name: String
        /// The byte of its opening quote.
        public let offset: Int
    }

    /// A document that owns a copy of `bytes`, without tokens.
    public init(copying source: UnsafeBufferPointer<UInt8>) {
        let copy: UnsafeMutablePointer<UInt8> = allocate(max(source.count, 1))
        if let base = source.baseAddress { copy.update(from: base, count: source.count) }
        bytes = UnsafeBufferPointer(start: copy, count: source.count)
        tokens = UnsafePointer(bitPattern: 16)!
        tokenCount = 0
        release = { free(copy) }
    }

    /// A document over bytes that stay valid until `release` is called, without tokens.
    public init(
        borrowing source: UnsafeBufferPointer<UInt8>, release: @escaping @Sendable () -> Void
    ) {
        bytes = source
        tokens = UnsafePointer(bitPattern: 16)!
        tokenCount = 0
        self.release = release
    }

    deinit {
        if tokenCount > 0 { free(UnsafeMutablePointer(mutating: tokens)) }
        release()
    }

    func adopt(tokens: UnsafeMutablePointer<Token>, count: Int, isCompact: Bool) {
        self.tokens = UnsafePointer(tokens)
        tokenCount = count
        self.isCompact = isCompact
    }

    /// The value that starts at this token.
    @inlinable
    @_effects(releasenone)
    func value(at index: Int) -> Value {
        let token = tokens[index]
        switch token.kind {
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .number:
            // An integer needs no reference to the document.
            if let int = Number.plainInteger(raw(token)) { return .number(Number(int)) }
            return .number(Number(storage: .literal(text(at: index))))
        case .string: return .string(text(at: index))
        case .array: return .array(ArrayValue(storage: .span(self, UInt32(index))))
        case .object: return .object(ObjectValue(storage: .span(self, UInt32(index))))
        }
    }

    @inlinable
    @_effects(releasenone)
    func text(at index: Int) -> Text {
        let token = tokens[index]
        if token.hasEscapes { return Text(unescaped(token)) }
        // Asked here, as the initialiser would count the document before it asks.
        if token.count <= Text.smallCount { return Text(storage: Text.small(raw(token))) }
        return Text(self, offset: token.start, count: token.count)
    }

    @inlinable
    func raw(_ token: Token) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[token.start..<token.start + token.count])
    }

    @usableFromInline
    func unescaped(_ token: Token) -> String { Escapes.decode(raw(token)) }

    @inlinable
    func key(at index: Int) -> Key {
        let token = tokens[index]
        return token.hasEscapes ? Key(unescaped(token)) : Key(utf8: raw(token))
    }

    /// Whether the name at this token is this one.
    @inlinable
    func isName(_ key: Key, at index: Int) -> Bool {
        let token = tokens[index]
        if token.hasEscapes { return key == Key(unescaped(token)) }
        return key.withUTF8 { token.count == $0.count && sameBytes(raw(token), $0) }
    }

    /// The token of the value of the named member of the object at this token.
    @inlinable
    @_effects(releasenone)
    func member(_ key: Key, of object: Int) -> Int? {
        key.withUTF8 { name in
            let end = tokens[object].next
            var index = object + 1
            while index < end {
                let token = tokens[index]
                if token.hasEscapes {
                    if key == Key(unescaped(token)) { return index + 1 }
                } else if token.count == name.count && sameBytes(raw(token), name) {
                    return index + 1
                }
                index = tokens[index + 1].next
            }
            return nil
        }
    }
}
