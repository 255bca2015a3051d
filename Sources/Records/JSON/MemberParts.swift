/// The name (with its quotes) and the value of a member's text.
struct MemberParts {
    let name: UnsafeBufferPointer<UInt8>
    let value: UnsafeBufferPointer<UInt8>

    /// Nil if `bytes` do not start with a string and a colon.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = Self.skipBlanks(bytes, 0)
        let start = index
        guard index < bytes.count, bytes[index] == 0x22 else { return nil }
        index += 1
        while index < bytes.count, bytes[index] != 0x22 {
            index += bytes[index] == 0x5C ? 2 : 1
        }
        guard index < bytes.count else { return nil }
        name = UnsafeBufferPointer(rebasing: bytes[start...index])
        index = Self.skipBlanks(bytes, index + 1)
        guard index < bytes.count, bytes[index] == 0x3A else { return nil }
        value = UnsafeBufferPointer(rebasing: bytes[(index + 1)...])
    }

    private static func skipBlanks(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < bytes.count, isBlank(bytes[index]) { index += 1 }
        return index
    }
}

/// Whether JSON allows the byte between its tokens.
func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
}
