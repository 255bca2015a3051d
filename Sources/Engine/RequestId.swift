import JSON

/// The id of an invocation, in the form of a UUID.
///
/// It is computed from what identifies the attempt, not drawn: causes contain it, and a resumed
/// run has to write the same bytes as an uninterrupted one.
package struct RequestId: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// What an attempt belongs to, as a hash that can be gone on with: what many attempts have in
    /// common is read once.
    package struct Key: Sendable {
        fileprivate var first: UInt64 = 0xcbf2_9ce4_8422_2325
        fileprivate var second: UInt64 = 0x9E37_79B9_7F4A_7C15

        package init(_ text: String = "") { append(text) }

        package mutating func append(_ text: String) {
            // Without a copy of the text, where it is one of Swift's own.
            let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { append($0) }
            if isDone == nil { append(Array(text.utf8)) }
        }

        private mutating func append(_ bytes: some Sequence<UInt8>) {
            for byte in bytes {
                first = (first ^ UInt64(byte)) &* 0x100_0000_01b3
                second = (second &+ UInt64(byte)) &* 0xff51_afd7_ed55_8ccd
                second ^= second >> 29
            }
        }
    }

    /// The id of an attempt of what has this key.
    package init(key: String, attempt: Int) { self.init(key: Key(key), attempt: attempt) }

    /// The id of an attempt of what has this key.
    package init(key: Key, attempt: Int) {
        var (first, second) = (key.first, key.second)
        first = Self.mixed(first &+ UInt64(bitPattern: Int64(attempt)) &* 0xbf58_476d_1ce4_e5b9)
        second = Self.mixed(second ^ first)
        // Version 8 (own scheme) and the variant, as RFC 9562 wants them.
        high = first & 0xFFFF_FFFF_FFFF_0FFF | 0x8000
        low = second & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value ^ value >> 30
        mixed = mixed &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// Appends the 36 characters.
    package func write(to out: inout ByteBuffer) {
        out.reserve(40)
        let words = (
            Self.digits(high >> 32), Self.digits(high), Self.digits(low >> 32), Self.digits(low)
        )
        out.append(words.0, count: 8)
        out.append(0x2D)
        out.append(words.1, count: 4)
        out.append(0x2D)
        out.append(words.1 >> 32, count: 4)
        out.append(0x2D)
        out.append(words.2, count: 4)
        out.append(0x2D)
        out.append(words.2 >> 32, count: 4)
        out.append(words.3, count: 8)
    }

    /// The eight hexadecimal digits of the lower half, the first one lowest: each half byte is moved
    /// to a byte of its own, and all become digits at once.
    private static func digits(_ value: UInt64) -> UInt64 {
        var spread = UInt64(UInt32(truncatingIfNeeded: value).byteSwapped)
        spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
        spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
        spread = (spread >> 4 | spread << 8) & 0x0F0F_0F0F_0F0F_0F0F
        let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }

    /// The 36 characters.
    package var text: String {
        var out = ByteBuffer(capacity: 36)
        write(to: &out)
        return out.string
    }
}
