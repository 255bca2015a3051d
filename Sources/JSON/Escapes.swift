import CBytes

#if canImport(Glibc)
import Glibc
#endif

/// Reading and writing of the escape sequences in JSON strings.
@usableFromInline
enum Escapes {
    /// The text of a JSON string's inside whose escapes the parser has checked.
    ///
    /// A surrogate without its partner has no UTF-8 form and becomes U+FFFD.
    static func decode(_ raw: UnsafeBufferPointer<UInt8>) -> String {
        // What an escape stands for is never longer than the escape.
        String(unsafeUninitializedCapacity: raw.count) { decode(raw, to: $0) }
    }

    private static func decode(
        _ raw: UnsafeBufferPointer<UInt8>, to out: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        guard let start = raw.baseAddress, let place = out.baseAddress else { return 0 }
        var done = (read: 0, written: 0)
        while true {
            let part = cbytes_unescape(
                start + done.read, raw.count - done.read, place + done.written)
            done.read += part.read
            done.written += part.written
            guard done.read < raw.count else { return done.written }
            // Behind the backslash.
            done.read += 1
            done.written += write(scalar(raw, &done.read), to: place + done.written)
        }
    }

    /// The character of `uXXXX` at `index`, with what follows if it is half of one; moves behind it.
    private static func scalar(
        _ raw: UnsafeBufferPointer<UInt8>, _ index: inout Int
    ) -> Unicode.Scalar {
        var scalar = hex(raw, index + 1)
        index += 5
        if scalar & 0xFC00 == 0xD800, index + 6 <= raw.count, raw[index] == 0x5C,
            raw[index + 1] == 0x75
        {
            let low = hex(raw, index + 2)
            if low & 0xFC00 == 0xDC00 {
                scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (low & 0x3FF)
                index += 6
            }
        }
        return Unicode.Scalar(scalar) ?? "\u{FFFD}"
    }

    private static func write(
        _ scalar: Unicode.Scalar, to place: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var count = 0
        for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
            place[count] = unit
            count += 1
        }
        return count
    }

    private static func hex(_ raw: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt32 {
        (start..<start + 4).reduce(0) { $0 << 4 | UInt32(hexDigit(raw[$1]) ?? 0) }
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// Whether the escape with this letter is the one that is written for its character. Where it is
    /// not, another may be.
    @inline(__always)
    static func isOurs(_ letter: UInt8) -> Bool { letter != 0x75 && letter != 0x2F }

    /// Whether a JSON string's inside has only such escapes.
    static func areOurs(_ raw: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = raw.baseAddress else { return true }
        var index = 0
        while let found = memchr(start + index, 0x5C, raw.count - index) {
            index = UnsafeRawPointer(found) - UnsafeRawPointer(start) + 2
            guard isOurs(start[index - 1]) else { return false }
        }
        return true
    }

    /// Appends `bytes` with quotes around and everything escaped that JSON wants escaped.
    @usableFromInline
    static func encode(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout ByteBuffer) {
        out.append(0x22)
        encodeInside(bytes, to: &out)
        out.append(0x22)
    }

    /// The same without the quotes.
    @usableFromInline
    static func encodeInside(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout ByteBuffer) {
        guard let base = bytes.baseAddress else { return }
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            // Room for eight bytes, and for those before one that is escaped and the escape.
            out.reserve(16)
            let word = word(base, index, of: bytes.count)
            let plain = min(PlainRun.plainCount(word), left)
            out.append(word, count: plain)
            index += plain
            if plain < min(left, 8) {
                append(bytes[index], to: &out)
                index += 1
            }
        }
    }

    /// The next eight bytes, lowest first; zeros where there are less.
    @inline(__always)
    private static func word(
        _ base: UnsafePointer<UInt8>, _ index: Int, of count: Int
    ) -> UInt64 {
        let place = UnsafeRawPointer(base)
        let left = count - index
        if left >= 8 {
            return UInt64(
                littleEndian: place.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        }
        if count >= 8 {
            let last = place.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            return UInt64(littleEndian: last) >> UInt64(8 * (8 - left))
        }
        return (0..<left).reduce(0) { $0 | UInt64(base[index + $1]) << UInt64(8 * $1) }
    }

    @inline(__always)
    private static func append(_ byte: UInt8, to out: inout ByteBuffer) {
        if byte == 0x22 || byte == 0x5C {
            return out.append(UInt64(byte) << 8 | 0x5C, count: 2)
        }
        append(control: byte, to: &out)
    }

    private static func append(control byte: UInt8, to out: inout ByteBuffer) {
        out.append(0x5C)
        switch byte {
        case 0x08: out.append(0x62)
        case 0x0C: out.append(0x66)
        case 0x0A: out.append(0x6E)
        case 0x0D: out.append(0x72)
        case 0x09: out.append(0x74)
        default:
            out.append("u00")
            out.append(hexLetters[Int(byte >> 4)])
            out.append(hexLetters[Int(byte & 15)])
        }
    }

    private static let hexLetters = Array("0123456789ABCDEF".utf8)
}
