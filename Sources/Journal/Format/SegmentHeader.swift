import CBytes
import JSON

/// The first bytes of a segment file: what it is, which format, which run.
///
///     0  "MAPRUNJL"
///     8  UInt32 format version   12  UInt32 size of the header   16  UInt32 segment number
///    20  UInt32 bytes of run id, then the run id, then the CRC-32C of all before it
struct SegmentHeader {
    static let magic: StaticString = "MAPRUNJL"
    static let formatVersion = 1
    static let smallestSize = 28

    var segment: Int
    var run: String
    var size: Int { Self.smallestSize + run.utf8.count }

    func append(to buffer: inout ByteBuffer) {
        let start = buffer.count
        buffer.append(Self.magic)
        buffer.append(littleEndian: UInt32(Self.formatVersion))
        buffer.append(littleEndian: UInt32(size))
        buffer.append(littleEndian: UInt32(segment))
        buffer.append(littleEndian: UInt32(run.utf8.count))
        buffer.append(string: run)
        let sum = buffer.overwrite(from: start) { cbytes_crc32c(0, $0.baseAddress, $0.count) }
        buffer.append(littleEndian: sum)
    }

    /// Reads the header at the start of `bytes`; nil when they are none.
    static func read(
        _ bytes: UnsafeRawBufferPointer, path: String
    ) throws(RunError) -> SegmentHeader? {
        guard bytes.count >= smallestSize, let base = bytes.baseAddress,
            magic.utf8Start.withMemoryRebound(
                to: UInt8.self, capacity: 8,
                { expected in
                    (0..<8).allSatisfy { expected[$0] == bytes[$0] }
                })
        else { return nil }
        let size = Int(bytes.integer(at: 12, as: UInt32.self))
        guard size >= smallestSize, size <= bytes.count,
            cbytes_crc32c(0, base, size - 4) == bytes.integer(at: size - 4, as: UInt32.self)
        else { return nil }
        let version = Int(bytes.integer(at: 8, as: UInt32.self))
        guard version <= formatVersion else {
            throw RunError(
                .newerFormat,
                "'\(path)' has format \(version), this maprun reads up to \(formatVersion); "
                    + "use the version that wrote it or a later one", path: path)
        }
        let runSize = Int(bytes.integer(at: 20, as: UInt32.self))
        guard size == smallestSize + runSize else { return nil }
        return SegmentHeader(
            segment: Int(bytes.integer(at: 16, as: UInt32.self)),
            run: String(decoding: bytes[24..<24 + runSize], as: UTF8.self))
    }
}
