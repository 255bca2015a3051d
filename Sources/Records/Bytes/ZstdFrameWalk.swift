/// Goes from frame to frame, and within them from block to block: RFC 8878, section 3.1.
struct ZstdFrameWalk {
    private enum Part {
        case magic, descriptor, block, skippableSize

        /// How many bytes it has.
        var size: Int {
            switch self {
            case .magic, .skippableSize: 4
            case .descriptor: 1
            case .block: 3
            }
        }
    }

    private var part = Part.magic
    /// How many bytes come before the part.
    private var skip = 0
    private var hasChecksum = false
    /// Whether no frame follows.
    private(set) var hasEnded = false

    /// How many of these bytes are of frames; the others are to be given again, with more.
    mutating func advance(_ bytes: UnsafeRawBufferPointer) -> Int {
        var position = 0
        while true {
            let skipped = min(skip, bytes.count - position)
            position += skipped
            skip -= skipped
            let next = bytes[position...].prefix(part.size)
            guard skip == 0, next.count == part.size else { return position }
            take(next.reversed().reduce(0) { $0 << 8 | Int($1) })
            if hasEnded { return position }
            position += next.count
        }
    }

    /// No more bytes come than these, which were not known to be of a frame: a part of one is left to
    /// the decoder.
    mutating func finish(_ bytes: [UInt8]) {
        if part == .magic, bytes.first != UInt8(Self.magic & 0xFF) {
            hasEnded = true
        } else {
            skip = .max
        }
    }

    private static let magic = 0xFD2F_B528

    private mutating func take(_ number: Int) {
        switch part {
        case .magic where number == Self.magic: part = .descriptor
        case .magic where number & ~0xF == 0x184D_2A50: part = .skippableSize
        case .magic: hasEnded = true
        case .descriptor: takeDescriptor(number)
        case .block: takeBlock(number)
        case .skippableSize: (part, skip) = (.magic, number)
        }
    }

    /// The rest of a frame's header: a window, a dictionary's number, and the size of the content.
    private mutating func takeDescriptor(_ flags: Int) {
        let isSingle = flags & 0x20 != 0
        let contentSize = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6]
        hasChecksum = flags & 4 != 0
        (part, skip) = (.block, (isSingle ? 0 : 1) + [0, 1, 2, 4][flags & 3] + contentSize)
    }

    private mutating func takeBlock(_ header: Int) {
        let isLast = header & 1 != 0
        // One byte stands for all of a block that repeats it.
        skip = header >> 1 & 3 == 1 ? 1 : header >> 3
        if isLast {
            part = .magic
            skip += hasChecksum ? 4 : 0
        }
    }
}
