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
    /// Memory of its own, and not of the caller.
    @usableFromInline var ownsMemory: Bool

    /// An empty buffer with room for `capacity` bytes.
    public init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        base = allocate(self.capacity)
        ownsMemory = true
    }

    /// An empty buffer that first fills the caller's memory, which outlives it.
    @inlinable
    public init(borrowing memory: UnsafeMutableBufferPointer<UInt8>) {
        capacity = memory.count
        ownsMemory = memory.baseAddress == nil
        base = memory.baseAddress ?? allocate(1)
    }

    @inlinable
    deinit { if ownsMemory { free(base) } }

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
        let grown: UnsafeMutablePointer<UInt8> = allocate(capacity)
        grown.update(from: base, count: count)
        if ownsMemory { free(base) }
        base = grown
        ownsMemory = true
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

    /// Appends one byte where there is room.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        base[filled] = byte
        filled += 1
    }

    /// Appends an integer, lowest byte first.
    @inlinable
    public mutating func append(littleEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { append($0.assumingMemoryBound(to: UInt8.self)) }
    }

    /// How many bytes may be read, and are written, behind what is appended by whole blocks.
    static let padding = 16

    /// Appends bytes behind which there is memory to read, in blocks of 16.
    @inline(__always)
    mutating func append(padded bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count + Self.padding)
        let from = UnsafeRawPointer(source)
        let to = UnsafeMutableRawPointer(base + filled)
        var place = 0
        repeat {
            let block = from.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
            to.storeBytes(of: block, toByteOffset: place, as: SIMD16<UInt8>.self)
            place += 16
        } while place < bytes.count
        filled += bytes.count
    }

    /// Appends the first `count` of eight bytes, lowest first; room for all of them has been made.
    @inline(__always)
    package mutating func append(_ word: UInt64, count: Int) {
        UnsafeMutableRawPointer(base + filled).storeBytes(
            of: word.littleEndian, as: UInt64.self)
        filled += count
    }

    /// Appends `count` of 16 bytes, lowest first, with quotes around them.
    @inline(__always)
    mutating func append(quotingPlain low: UInt64, _ high: UInt64, count: Int) {
        reserve(18)
        let place = UnsafeMutableRawPointer(base + filled)
        place.storeBytes(of: 0x22, as: UInt8.self)
        place.storeBytes(of: low.littleEndian, toByteOffset: 1, as: UInt64.self)
        place.storeBytes(of: high.littleEndian, toByteOffset: 9, as: UInt64.self)
        place.storeBytes(of: 0x22, toByteOffset: count + 1, as: UInt8.self)
        filled += count + 2
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

/// Memory for so many elements, to be given back by `free`: Swift's own allocation without a type
/// asks for alignment, which takes three times as long.
@inlinable
func allocate<Element: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Element> {
    let memory = malloc(count * MemoryLayout<Element>.stride)
    precondition(memory != nil, "no memory for \(count) elements")
    return memory.unsafelyUnwrapped.assumingMemoryBound(to: Element.self)
}
