import JSON
import Synchronization

/// Memory that bytes are read into; the blocks cut from it hold on to it together.
final class Slab: @unchecked Sendable {
    // Proof: the reader writes only behind what it has handed out; the rest is never changed.
    let base: UnsafeMutablePointer<UInt8>
    let capacity: Int
    private let pool: SlabPool

    /// Bytes that the scanners may read behind the end.
    static let padding = 64

    init(capacity: Int, pool: SlabPool) {
        self.capacity = capacity
        self.pool = pool
        base = pool.take(capacity)
    }

    deinit { pool.giveBack(base, capacity) }

    /// The bytes of `range` as a document of their own.
    func document(_ range: Range<Int>) -> Document {
        Document(
            borrowing: UnsafeBufferPointer(start: base + range.lowerBound, count: range.count),
            release: { withExtendedLifetime(self) {} })
    }
}

/// Keeps memory of blocks that are done with, because fresh pages cost more than reading does.
final class SlabPool: Sendable {
    private let capacity: Int
    private let free = Mutex<[UInt]>([])
    private static let mostFree = 16

    init(capacity: Int) { self.capacity = capacity }

    deinit {
        for address in free.withLock({ $0 }) {
            UnsafeMutablePointer<UInt8>(bitPattern: address)?.deallocate()
        }
    }

    func take(_ wanted: Int) -> UnsafeMutablePointer<UInt8> {
        if wanted == capacity, let address = free.withLock({ $0.popLast() }),
            let memory = UnsafeMutablePointer<UInt8>(bitPattern: address)
        {
            return memory
        }
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + Slab.padding)
        (memory + wanted).initialize(repeating: 0, count: Slab.padding)
        return memory
    }

    func giveBack(_ memory: UnsafeMutablePointer<UInt8>, _ size: Int) {
        let isKept = free.withLock { free in
            guard size == capacity, free.count < Self.mostFree else { return false }
            free.append(UInt(bitPattern: memory))
            return true
        }
        if !isKept { memory.deallocate() }
    }
}
