#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A growing buffer of bytes to write values into; reuse one, it keeps its memory.
public struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<UInt8>
    /// How many bytes have been written.
    @inlinable public var count: Int { filled }
    @usableFromInline var filled = 0
    @usableFromInline var capacity: Int

    /// An empty buffer with room for `capacity` bytes.
    public init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The bytes written so far; valid until the next change.
    @inlinable
    public var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base, count: filled)
    }

    /// The bytes written so far as a string.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Forgets the contents, or what is beyond `count` bytes, and keeps the memory.
    public mutating func removeAll(keeping kept: Int = 0) { filled = min(kept, filled) }

    /// Lets `change` overwrite bytes already written, from `offset` to the end: lengths and
    /// checksums that are known only after what they cover.
    public mutating func overwrite<R>(
        from offset: Int, _ change: (UnsafeMutableRawBufferPointer) throws -> R
    ) rethrows -> R {
        precondition(offset >= 0 && offset <= count, "overwriting beyond the written bytes")
        return try change(
            UnsafeMutableRawBufferPointer(start: base + offset, count: count - offset))
    }

    /// Makes room for `more` bytes beyond those written.
    @inlinable
    public mutating func reserve(_ more: Int) {
        if filled + more > capacity { grow(more) }
    }

    @usableFromInline
    mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        grown.update(from: base, count: count)
        base.deallocate()
        base = grown
    }

    /// Appends one byte.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        if filled == capacity { grow(1) }
        base[filled] = byte
        filled += 1
    }

    /// Appends bytes.
    @inlinable
    public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count > 0, let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        copy(source, bytes.count)
    }

    /// Copies where there is room. Most of what is appended is short, and a call of `memcpy` costs
    /// more than moving two words that may overlap.
    @inlinable
    @inline(__always)
    mutating func copy(_ source: UnsafePointer<UInt8>, _ size: Int) {
        let from = UnsafeRawPointer(source)
        let to = UnsafeMutableRawPointer(base + filled)
        if size > 32 {
            memcpy(to, from, size)
        } else if size >= 16 {
            let first = from.loadUnaligned(as: SIMD16<UInt8>.self)
            let last = from.loadUnaligned(fromByteOffset: size - 16, as: SIMD16<UInt8>.self)
            to.storeBytes(of: first, as: SIMD16<UInt8>.self)
            to.storeBytes(of: last, toByteOffset: size - 16, as: SIMD16<UInt8>.self)
        } else if size >= 8 {
            let first = from.loadUnaligned(as: UInt64.self)
            let last = from.loadUnaligned(fromByteOffset: size - 8, as: UInt64.self)
            to.storeBytes(of: first, as: UInt64.self)
            to.storeBytes(of: last, toByteOffset: size - 8, as: UInt64.self)
        } else if size >= 4 {
            let first = from.loadUnaligned(as: UInt32.self)
            let last = from.loadUnaligned(fromByteOffset: size - 4, as: UInt32.self)
            to.storeBytes(of: first, as: UInt32.self)
            to.storeBytes(of: last, toByteOffset: size - 4, as: UInt32.self)
        } else {
            for index in 0..<size { (base + filled)[index] = source[index] }
        }
        filled += size
    }

    /// Appends the text of a literal.
    @inlinable
    public mutating func append(_ literal: StaticString) {
        append(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Appends the UTF-8 of a string.
    public mutating func append(string: String) {
        var string = string
        string.withUTF8 { append($0) }
    }

    /// Appends an integer in decimal.
    public mutating func append(decimal value: Int) {
        guard value != 0 else { return append(0x30) }
        if value < 0 { append(0x2D) }
        var rest = value.magnitude
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { place in
            var start = 24
            while rest > 0 {
                start -= 1
                place[start] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
                rest /= 10
            }
            append(UnsafeBufferPointer(rebasing: place.bindMemory(to: UInt8.self)[start...]))
        }
    }

    /// Appends the text of `bytes` as a JSON string: quoted and escaped.
    public mutating func append(quoting bytes: UnsafeBufferPointer<UInt8>) {
        Escapes.encode(bytes, to: &self)
    }
}
