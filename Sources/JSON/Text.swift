#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A JSON string value: UTF-8 bytes, either a slice of a document or a string of its own.
///
/// Equality and hashing go by code points, byte for byte, as JSON wants it, not by Unicode
/// canonical equivalence as for `String`.
public struct Text: Sendable {
    @usableFromInline
    enum Storage: Sendable {
        case native(String)
        case slice(Document, offset: UInt32, count: UInt32)
    }

    @usableFromInline let storage: Storage

    @inlinable
    init(storage: Storage) { self.storage = storage }

    /// A text with the contents of `string`.
    @inlinable
    public init(_ string: String) { storage = .native(string) }

    /// A text that is a part of `document`'s bytes, which must be valid UTF-8 without escapes.
    @inlinable
    public init(_ document: Document, offset: Int, count: Int) {
        storage = .slice(
            document, offset: UInt32(truncatingIfNeeded: offset),
            count: UInt32(truncatingIfNeeded: count))
    }

    /// A text with the UTF-8 `bytes`; ill-formed sequences become U+FFFD.
    public init(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        storage = .native(String(decoding: bytes, as: UTF8.self))
    }

    /// Calls `body` with the UTF-8 bytes.
    @inlinable
    public func withUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        switch storage {
        case .slice(let document, let offset, let count):
            return try withExtendedLifetime(document) {
                try body(
                    UnsafeBufferPointer(
                        start: document.bytes.baseAddress.map { $0 + Int(offset) },
                        count: Int(count)))
            }
        case .native(var string):
            return try string.withUTF8(body)
        }
    }

    /// The number of UTF-8 bytes.
    @inlinable
    public var utf8Count: Int {
        switch storage {
        case .slice(_, _, let count): Int(count)
        case .native(let string): string.utf8.count
        }
    }

    /// Whether there are no characters.
    @inlinable
    public var isEmpty: Bool { utf8Count == 0 }

    /// The text as a Swift string.
    public var string: String {
        switch storage {
        case .native(let string): string
        case .slice: withUTF8 { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The part of the text in this range of its UTF-8 bytes, which must begin and end between
    /// characters; of a slice of a document it is again a slice, without a copy.
    @inlinable
    public func slice(_ range: Range<Int>) -> Text {
        switch storage {
        case .slice(let document, let offset, let count):
            precondition(range.lowerBound >= 0 && range.upperBound <= Int(count))
            return Text(document, offset: Int(offset) + range.lowerBound, count: range.count)
        case .native:
            return withUTF8 { Text(utf8: UnsafeBufferPointer(rebasing: $0[range])) }
        }
    }

    /// A text that no longer holds on to the document it was read from.
    public var detached: Text {
        if case .native = storage { return self }
        return Text(string)
    }
}

extension Text: Hashable {
    @inlinable
    public static func == (left: Text, right: Text) -> Bool {
        left.withUTF8 { l in right.withUTF8 { r in sameBytes(l, r) } }
    }

    public func hash(into hasher: inout Hasher) {
        withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension Text: Comparable {
    /// Order by UTF-16 code units, as Java and JavaScript compare strings.
    public static func < (left: Text, right: Text) -> Bool {
        left.withUTF8 { l in right.withUTF8 { r in compareAsUTF16(l, r) < 0 } }
    }
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) { self.init(value) }
    public var description: String { string }
}

@inlinable
func sameBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    guard left.count > 0, let l = left.baseAddress, let r = right.baseAddress else { return true }
    return memcmp(l, r, left.count) == 0
}

/// Compares two UTF-8 strings as their UTF-16 code units would compare: negative, 0 or positive.
func compareAsUTF16(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int
{
    let common = min(left.count, right.count)
    var index = 0
    while index < common, left[index] == right[index] { index += 1 }
    guard index < common else { return left.count - right.count }
    // Byte order is code point order; only four-byte sequences (lead 0xF0…, surrogates D800…)
    // against three-byte ones from U+E000 up (lead 0xEE, 0xEF) sort the other way in UTF-16.
    let l = left[index]
    let r = right[index]
    if (l >= 0xF0) != (r >= 0xF0), l >= 0xEE, r >= 0xEE { return l >= 0xF0 ? -1 : 1 }
    return Int(l) - Int(r)
}
