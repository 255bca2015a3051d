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
        /// At most 15 bytes, lowest first, and their number in the highest byte: most texts of
        /// records are so short, and of these there are no references to count.
        case small(UInt64, UInt64)
        case native(String)
        case slice(Document, offset: UInt32, count: UInt32)
    }

    @usableFromInline let storage: Storage

    @inlinable
    init(storage: Storage) { self.storage = storage }

    /// A text with the contents of `string`.
    public init(_ string: String) {
        var string = string
        let small = string.utf8.count <= Self.smallCount ? string.withUTF8(Self.small) : nil
        storage = small ?? .native(string)
    }

    @usableFromInline static let smallCount = 15

    /// The short text of these bytes, which are well-formed.
    @inline(__always)
    @usableFromInline
    static func small(_ bytes: UnsafeBufferPointer<UInt8>) -> Storage {
        guard let base = bytes.baseAddress else { return .small(0, 0) }
        let count = bytes.count
        let raw = UnsafeRawPointer(base)
        var (low, high): (UInt64, UInt64) = (0, 0)
        switch count {
        case 8...:
            low = raw.loadUnaligned(as: UInt64.self)
            // The last eight bytes, less those that are in `low` already.
            let last = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            high = count == 8 ? 0 : last >> UInt64(8 * (16 - count))
        case 4..<8:
            let first = UInt64(raw.loadUnaligned(as: UInt32.self))
            let last = UInt64(raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            low = first | last << UInt64(8 * (count - 4))
        default:
            for index in 0..<count { low |= UInt64(bytes[index]) << UInt64(8 * index) }
        }
        return .small(low, high | UInt64(count) << 56)
    }

    /// A text that is a part of `document`'s bytes, which must be valid UTF-8 without escapes.
    @inlinable
    public init(_ document: Document, offset: Int, count: Int) {
        if count <= Self.smallCount {
            let bytes = document.bytes[offset..<offset + count]
            storage = Self.small(UnsafeBufferPointer(rebasing: bytes))
            return
        }
        storage = .slice(
            document, offset: UInt32(truncatingIfNeeded: offset),
            count: UInt32(truncatingIfNeeded: count))
    }

    /// A text with the UTF-8 `bytes`; ill-formed sequences become U+FFFD.
    public init(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        if bytes.count <= Self.smallCount, bytes.allSatisfy({ $0 < 0x80 }) {
            self.init(storage: Self.small(bytes))
        } else {
            self.init(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Calls `body` with the UTF-8 bytes.
    @inlinable
    public func withUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        switch storage {
        case .small(let low, let high):
            return try withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { raw in
                try raw.withMemoryRebound(to: UInt8.self) { bytes in
                    try body(UnsafeBufferPointer(rebasing: bytes[..<Int(high >> 56)]))
                }
            }
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
        case .small(_, let high): Int(high >> 56)
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
        case .small, .slice: withUTF8 { String(decoding: $0, as: UTF8.self) }
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
        case .small:
            return withUTF8 {
                Text(storage: Self.small(UnsafeBufferPointer(rebasing: $0[range])))
            }
        case .native:
            return withUTF8 { Text(utf8: UnsafeBufferPointer(rebasing: $0[range])) }
        }
    }

    /// A text that no longer holds on to the document it was read from.
    public var detached: Text {
        if case .slice = storage { return Text(string) }
        return self
    }
}

extension Text: Hashable {
    @inlinable
    public static func == (left: Text, right: Text) -> Bool {
        if case .small(let l0, let l1) = left.storage, case .small(let r0, let r1) = right.storage {
            return l0 == r0 && l1 == r1
        }
        return left.withUTF8 { l in right.withUTF8 { r in sameBytes(l, r) } }
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

extension Text {
    /// Where the text stands to one of these bytes in the same order: negative, 0 or positive.
    package func order(against other: UnsafeBufferPointer<UInt8>) -> Int {
        withUTF8 { compareAsUTF16($0, other) }
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
