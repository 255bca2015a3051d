import CBytes
import JSON

/// Records serialised and framed, ready to be appended to a journal; made by a worker without a
/// lock and reused, as it keeps its memory.
public struct RecordBatch: ~Copyable {
    private var buffer: ByteBuffer
    /// How many records it holds.
    public private(set) var count = 0

    /// An empty batch with room for `capacity` bytes.
    public init(capacity: Int = 4096) { buffer = ByteBuffer(capacity: capacity) }

    /// Whether there are no records.
    public var isEmpty: Bool { count == 0 }
    /// The framed records.
    public var bytes: UnsafeBufferPointer<UInt8> { buffer.bytes }

    /// Forgets the records and keeps the memory.
    public mutating func removeAll() {
        buffer.removeAll()
        count = 0
    }

    /// Adds that an item's execution, which will suspend, has been started.
    public mutating func started(item: Int, name: Text? = nil, time: Int) {
        frame(.started) { buffer in
            buffer.append(littleEndian: UInt64(item))
            buffer.append(littleEndian: UInt64(time))
            if let name { name.withUTF8 { buffer.append($0) } }
        }
    }

    /// Adds what an execution needs to continue after this point; `item` is nil in a parent's
    /// journal.
    public mutating func event(
        item: Int?, scope: Text, sequence: Int, payload: (inout ByteBuffer) -> Void
    ) {
        frame(.event) { buffer in
            buffer.append(littleEndian: item.map(UInt64.init) ?? .max)
            buffer.append(littleEndian: UInt32(sequence))
            buffer.append(littleEndian: UInt32(scope.utf8Count))
            scope.withUTF8 { buffer.append($0) }
            payload(&buffer)
        }
    }

    /// The same with a payload that is a value.
    public mutating func event(item: Int?, scope: Text, sequence: Int, payload: Value) {
        event(item: item, scope: scope, sequence: sequence) { payload.write(to: &$0) }
    }

    /// Adds the outcome of an item.
    public mutating func finished(_ outcome: borrowing FinishedItem) {
        let start = begin(.finished)
        FinishedLayout.write(outcome, to: &buffer)
        end(start)
    }

    /// Adds that there are `total` items and no more.
    public mutating func sealed(total: Int) {
        frame(.sealed) { $0.append(littleEndian: UInt64(total)) }
    }

    /// Adds something to remember; readers keep notes in memory, so they are few and small.
    public mutating func note(kind: Text, payload: Value) {
        frame(.note) { buffer in
            buffer.append(littleEndian: UInt32(kind.utf8Count))
            kind.withUTF8 { buffer.append($0) }
            payload.write(to: &buffer)
        }
    }

    /// Adds something to remember.
    public mutating func note(_ note: Note) { self.note(kind: note.kind, payload: note.payload) }

    /// Adds that a finished item, which ended with `status`, runs once more.
    public mutating func reopened(item: Int, was status: ItemStatus, itemCount: Int = 1) {
        frame(.reopened) { buffer in
            buffer.append(littleEndian: UInt64(item))
            buffer.append(littleEndian: UInt32(itemCount))
            buffer.append(status.rawValue)
        }
    }

    /// Adds what an item is known by: the hash of its content and, where it has one, its key.
    public mutating func identified(item: Int, contentHash: UInt64, key: Text?) {
        frame(.identified) { buffer in
            buffer.append(littleEndian: UInt64(item))
            buffer.append(littleEndian: contentHash)
            if let key { key.withUTF8 { buffer.append($0) } }
        }
    }

    /// Adds a record that another journal has, which begins with an item's number, for `item`.
    mutating func copy(_ frame: UnsafeRawBufferPointer, item: Int) {
        let start = buffer.count
        buffer.append(frame.assumingMemoryBound(to: UInt8.self))
        buffer.overwrite(from: start) {
            $0.storeBytes(
                of: UInt64(item).littleEndian, toByteOffset: FrameHeader.size, as: UInt64.self)
        }
        end(start)
    }

    mutating func announced(_ position: JournalPosition) {
        frame(.announced) { $0.append(littleEndian: position.raw) }
    }

    /// Adds a record whose payload `write` appends.
    mutating func frame(_ type: RecordType, _ write: (inout ByteBuffer) -> Void) {
        let start = begin(type)
        write(&buffer)
        end(start)
    }

    private mutating func begin(_ type: RecordType) -> Int {
        let start = buffer.count
        FrameHeader(type: type).append(to: &buffer)
        return start
    }

    private mutating func end(_ start: Int) {
        buffer.overwrite(from: start) { FrameHeader.complete($0) }
        count += 1
    }
}

extension UnsafeRawBufferPointer {
    /// The integer at `offset`, which must lie within.
    func integer<T: FixedWidthInteger>(at offset: Int, as type: T.Type) -> T {
        T(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }

    func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range])
    }
}
