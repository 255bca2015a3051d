import JSON

/// A set of item numbers that is nearly all of a range: runs of 65,536 that are full or empty take
/// no memory, so a hundred million finished items need as little as a thousand.
public struct ItemSet: Sendable, Equatable {
    static let chunkSize = 65536

    enum Chunk: Sendable, Equatable {
        case empty
        case full
        case partial([UInt64], count: Int)
    }

    private(set) var chunks: [Chunk] = []
    /// How many items are in the set.
    public private(set) var count = 0

    /// An empty set.
    public init() {}

    /// Whether the item is in the set.
    public func contains(_ item: Int) -> Bool {
        guard item >= 0, item / Self.chunkSize < chunks.count else { return false }
        switch chunks[item / Self.chunkSize] {
        case .empty: return false
        case .full: return true
        case .partial(let words, _):
            let bit = item % Self.chunkSize
            return words[bit / 64] >> UInt64(bit % 64) & 1 == 1
        }
    }

    /// Adds the item; false if it was there.
    @discardableResult
    public mutating func insert(_ item: Int) -> Bool {
        guard !contains(item) else { return false }
        let index = item / Self.chunkSize
        while chunks.count <= index { chunks.append(.empty) }
        count += 1
        var (words, present) = open(index)
        let bit = item % Self.chunkSize
        words[bit / 64] |= 1 << UInt64(bit % 64)
        present += 1
        chunks[index] = present == Self.chunkSize ? .full : .partial(words, count: present)
        return true
    }

    /// Removes the item; false if it was not there.
    @discardableResult
    public mutating func remove(_ item: Int) -> Bool {
        guard contains(item) else { return false }
        let index = item / Self.chunkSize
        count -= 1
        var (words, present) = open(index)
        let bit = item % Self.chunkSize
        words[bit / 64] &= ~(1 << UInt64(bit % 64))
        present -= 1
        chunks[index] = present == 0 ? .empty : .partial(words, count: present)
        return true
    }

    /// The first item from `item` on that is not in the set.
    public func firstMissing(from item: Int = 0) -> Int {
        var item = item
        while item / Self.chunkSize < chunks.count {
            switch chunks[item / Self.chunkSize] {
            case .empty: return item
            case .full: item = (item / Self.chunkSize + 1) * Self.chunkSize
            case .partial:
                if !contains(item) { return item }
                item += 1
            }
        }
        return item
    }

    /// The items in order; for sets of which few are expected to be in it.
    public var items: [Int] {
        chunks.enumerated().flatMap { index, chunk -> [Int] in
            guard chunk != .empty else { return [] }
            let first = index * Self.chunkSize
            return (first..<first + Self.chunkSize).filter(contains)
        }
    }

    /// How many items of this set are not in the other.
    public func count(without other: ItemSet) -> Int {
        var count = 0
        for (index, chunk) in chunks.enumerated() {
            let rest = index < other.chunks.count ? other.chunks[index] : .empty
            for (word, without) in zip(chunk.words, rest.words) {
                count += (word & ~without).nonzeroBitCount
            }
        }
        return count
    }

    /// Takes the words out of the chunk, so that changing them does not copy them.
    private mutating func open(_ index: Int) -> ([UInt64], Int) {
        defer { chunks[index] = .empty }
        switch chunks[index] {
        case .empty: return ([UInt64](repeating: 0, count: Self.chunkSize / 64), 0)
        case .full: return ([UInt64](repeating: .max, count: Self.chunkSize / 64), Self.chunkSize)
        case .partial(let words, let count): return (words, count)
        }
    }
}

extension ItemSet.Chunk {
    fileprivate var words: [UInt64] {
        switch self {
        case .empty: [UInt64](repeating: 0, count: ItemSet.chunkSize / 64)
        case .full: [UInt64](repeating: .max, count: ItemSet.chunkSize / 64)
        case .partial(let words, _): words
        }
    }
}

extension ItemSet {
    /// Appends the set in the form checkpoints hold: number of chunks, then a byte for each (0
    /// empty, 1 full, 2 partial) and after a 2 its 8,192 bytes of bits.
    func write(to buffer: inout ByteBuffer) {
        buffer.append(littleEndian: UInt32(chunks.count))
        for chunk in chunks {
            switch chunk {
            case .empty: buffer.append(0)
            case .full: buffer.append(1)
            case .partial(let words, _):
                buffer.append(2)
                for word in words { buffer.append(littleEndian: word) }
            }
        }
    }

    /// Reads a set written by `write` and moves `offset` behind it; nil if it is none.
    static func read(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> ItemSet? {
        guard bytes.count >= offset + 4 else { return nil }
        let count = Int(bytes.integer(at: offset, as: UInt32.self))
        offset += 4
        var set = ItemSet()
        for _ in 0..<count {
            guard offset < bytes.count else { return nil }
            offset += 1
            switch bytes[offset - 1] {
            case 0: set.append(.empty)
            case 1: set.append(.full)
            default:
                guard bytes.count >= offset + chunkSize / 8 else { return nil }
                let words = (0..<chunkSize / 64).map {
                    bytes.integer(at: offset + 8 * $0, as: UInt64.self)
                }
                offset += chunkSize / 8
                set.append(.partial(words, count: words.reduce(0) { $0 + $1.nonzeroBitCount }))
            }
        }
        return set
    }

    private mutating func append(_ chunk: Chunk) {
        chunks.append(chunk)
        switch chunk {
        case .empty: break
        case .full: count += Self.chunkSize
        case .partial(_, let present): count += present
        }
    }
}
