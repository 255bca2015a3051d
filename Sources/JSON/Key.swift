import Synchronization

/// A member name of an object, interned so that comparing two names is mostly one pointer compare.
///
/// Names of definitions, CSV headers and frequent records are interned once and live as long as
/// the process; the table is bounded, so names that data makes up without end stay ordinary
/// counted values.
public struct Key: Sendable {
    @usableFromInline
    enum Storage: @unchecked Sendable {
        /// Points into the intern table; never freed, so the pointer may cross threads.
        case interned(UnsafePointer<Record>)
        case owned(Text)
    }

    @usableFromInline
    struct Record {
        @usableFromInline var bytes: UnsafePointer<UInt8>
        @usableFromInline var count: Int
        /// The name as the beginning of a member, `"name":`, which is written more often than
        /// read; there is memory to read behind it.
        var quoted: UnsafeBufferPointer<UInt8>
    }

    @usableFromInline let storage: Storage

    @usableFromInline
    init(storage: Storage) { self.storage = storage }

    /// Interns `name`, or keeps it as an ordinary value when the table is full.
    public init(_ name: String) {
        var name = name
        self = name.withUTF8 { Key(utf8: $0) }
    }

    /// Interns the UTF-8 `bytes`, or copies them when the table is full.
    public init(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        if let record = KeyTable.shared.intern(bytes) {
            storage = .interned(record)
        } else {
            storage = .owned(Text(String(decoding: bytes, as: UTF8.self)))
        }
    }

    /// The name as a text value.
    public var text: Text {
        switch storage {
        case .interned: Text(string)
        case .owned(let text): text
        }
    }

    /// The name as a Swift string.
    public var string: String {
        withUTF8 { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls `body` with the name's UTF-8 bytes.
    @inlinable
    public func withUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        switch storage {
        case .interned(let record):
            return try body(
                UnsafeBufferPointer(start: record.pointee.bytes, count: record.pointee.count))
        case .owned(let text):
            return try text.withUTF8(body)
        }
    }

    /// Appends the name as the beginning of a member: `"name":`.
    @inline(__always)
    package func writeStart(to out: inout ByteBuffer) {
        if case .interned(let record) = storage { return out.append(padded: record.pointee.quoted) }
        withUTF8 { Escapes.encode($0, to: &out) }
        out.append(0x3A)
    }

    /// Whether the name has just these UTF-8 bytes.
    @inlinable
    public func equals(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        withUTF8 { sameBytes($0, bytes) }
    }
}

extension Key: Hashable {
    @inlinable
    public static func == (left: Key, right: Key) -> Bool {
        if case .interned(let l) = left.storage, case .interned(let r) = right.storage {
            return l == r
        }
        return left.withUTF8 { bytes in right.equals(bytes) }
    }

    public func hash(into hasher: inout Hasher) {
        withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension Key: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) { self.init(value) }
    public var description: String { string }
}

/// The process-wide table of interned names: read without a lock, filled under one.
final class KeyTable: @unchecked Sendable {
    // Proof: a slot goes from 0 to a record's address once, by a releasing store under `lock`;
    // readers load it acquiring; records are never changed or freed.
    static let shared = KeyTable()

    private static let slotCount = 16384
    private static let capacity = 8192
    private let slots: UnsafeMutablePointer<Atomic<UInt>>
    private let lock = Mutex(0)

    private init() {
        slots = .allocate(capacity: Self.slotCount)
        for index in 0..<Self.slotCount { (slots + index).initialize(to: Atomic(0)) }
    }

    func intern(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<Key.Record>? {
        let start = Int(truncatingIfNeeded: fnv1a(bytes)) & (Self.slotCount - 1)
        return find(bytes, from: start) ?? insert(bytes, from: start)
    }

    private func find(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> UnsafePointer<Key.Record>? {
        var slot = start
        while let record = record(at: slot) {
            let known = UnsafeBufferPointer(
                start: record.pointee.bytes, count: record.pointee.count)
            if sameBytes(known, bytes) { return record }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
        return nil
    }

    private func record(at slot: Int) -> UnsafePointer<Key.Record>? {
        UnsafePointer(bitPattern: slots[slot].load(ordering: .acquiring))
    }

    private func insert(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> UnsafePointer<Key.Record>? {
        let address: UInt = lock.withLock { count in
            if let known = find(bytes, from: start) { return UInt(bitPattern: known) }
            guard count < Self.capacity, bytes.count <= 256 else { return 0 }
            let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
            if let base = bytes.baseAddress { copy.update(from: base, count: bytes.count) }
            let record = UnsafeMutablePointer<Key.Record>.allocate(capacity: 1)
            record.initialize(
                to: Key.Record(
                    bytes: UnsafePointer(copy), count: bytes.count, quoted: Self.quoted(bytes)))
            var slot = start
            while self.record(at: slot) != nil { slot = (slot + 1) & (Self.slotCount - 1) }
            slots[slot].store(UInt(bitPattern: record), ordering: .releasing)
            count += 1
            return UInt(bitPattern: record)
        }
        return UnsafePointer(bitPattern: address)
    }

    private static func quoted(_ name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var text = ByteBuffer(capacity: name.count + 3)
        text.append(quoting: name)
        text.append(0x3A)
        let count = text.count
        for _ in 0..<ByteBuffer.padding { text.append(0) }
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
        _ = copy.initialize(from: text.bytes)
        return UnsafeBufferPointer(rebasing: copy[..<count])
    }
}

func fnv1a(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash ^ (hash >> 29)
}
