import JSON

/// The id of an invocation, in the form of a UUID.
///
/// It is computed from what identifies the attempt, not drawn: causes contain it, and a resumed
/// run has to write the same bytes as an uninterrupted one.
package struct RequestId: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// The id of an attempt of what has this key.
    package init(key: String, attempt: Int) {
        var first: UInt64 = 0xcbf2_9ce4_8422_2325
        var second: UInt64 = 0x9E37_79B9_7F4A_7C15
        for byte in key.utf8 {
            first = (first ^ UInt64(byte)) &* 0x100_0000_01b3
            second = (second &+ UInt64(byte)) &* 0xff51_afd7_ed55_8ccd
            second ^= second >> 29
        }
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
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { out.append(0x2D) }
            let word = index < 16 ? high : low
            let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 15
            out.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
        }
    }

    /// The 36 characters.
    package var text: String {
        var out = ByteBuffer(capacity: 36)
        write(to: &out)
        return out.string
    }
}
