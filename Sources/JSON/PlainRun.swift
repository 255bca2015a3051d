/// Runs of bytes that stand in a JSON string as they are, found eight bytes at a time.
enum PlainRun {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// How many of these eight bytes, lowest first, stand as they are before one that does not.
    @inline(__always)
    static func plainCount(_ word: UInt64) -> Int {
        // Without a mark the count is that of all 64 bits.
        specials(word).trailingZeroBitCount >> 3
    }

    /// Whether all of the first `count` of these 16 bytes, lowest first, stand as they are.
    @inline(__always)
    static func isPlain(low: UInt64, high: UInt64, count: Int) -> Bool {
        // What is behind the text is made blanks, which are plain.
        let blanks = ones &* 0x20
        let (first, second) =
            count < 8
            ? (low | blanks << UInt64(8 * count), blanks)
            : (low, high & (1 << 56 - 1) | blanks << UInt64(8 * (count - 8)))
        return specials(first) | specials(second) == 0
    }

    /// The high bits of bytes that end a run. Subtraction may borrow from the byte above, so that
    /// only the lowest mark can be trusted; it is the one that counts.
    @inline(__always)
    private static func specials(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let found =
            ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
            | ((word &- (ones &* 0x20)) & ~word)
        return found & highBits
    }
}
