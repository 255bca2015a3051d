import CBytes
import JSON

/// The twelve bytes before every payload: checksum, length, marker, type, version.
///
///     0  UInt32  CRC-32C of everything after it, payload included
///     4  UInt32  bytes of payload
///     8  0xFF    marker; no byte of UTF-8 text
///     9  0x4D    marker
///    10  UInt8   type
///    11  UInt8   version of the record
struct FrameHeader {
    static let size = 12
    static let version: UInt8 = 1
    static let marker: UInt16 = 0x4DFF

    var type: RecordType
    var payloadSize = 0

    func append(to buffer: inout ByteBuffer) {
        buffer.append(littleEndian: UInt64(0))
        buffer.append(littleEndian: Self.marker)
        buffer.append(type.rawValue)
        buffer.append(Self.version)
    }

    /// Fills in length and checksum of the frame that takes up all of `bytes`.
    static func complete(_ bytes: UnsafeMutableRawBufferPointer) {
        let size = UInt32(bytes.count - Self.size)
        bytes.storeBytes(of: size.littleEndian, toByteOffset: 4, as: UInt32.self)
        let sum = checksum(UnsafeRawBufferPointer(bytes))
        bytes.storeBytes(of: sum.littleEndian, toByteOffset: 0, as: UInt32.self)
    }

    /// The checksum of a whole frame.
    static func checksum(_ frame: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = frame.baseAddress else { return 0 }
        return cbytes_crc32c(0, base + 4, frame.count - 4)
    }
}

/// What the bytes at a place turn out to be.
enum FrameCheck {
    /// A whole record of this type and length with its header.
    case record(RecordType, size: Int)
    /// The start of a record that needs so many bytes.
    case incomplete(needs: Int)
    /// No record of ours.
    case damaged(String)
    /// A record that a later version wrote.
    case newer(UInt8)

    /// Looks at the record that starts the bytes.
    init(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= FrameHeader.size else {
            self = .incomplete(needs: FrameHeader.size)
            return
        }
        guard bytes.integer(at: 8, as: UInt16.self) == FrameHeader.marker else {
            self = .damaged("no record starts here")
            return
        }
        let size = Int(bytes.integer(at: 4, as: UInt32.self)) + FrameHeader.size
        guard bytes.count >= size else {
            self = .incomplete(needs: size)
            return
        }
        let frame = bytes.part(0..<size)
        guard FrameHeader.checksum(frame) == frame.integer(at: 0, as: UInt32.self) else {
            self = .damaged("checksum is wrong")
            return
        }
        let version = frame[11]
        guard version == FrameHeader.version, let type = RecordType(rawValue: frame[10]) else {
            self = .newer(version)
            return
        }
        guard Record.isPlausible(type, frame.part(FrameHeader.size..<size)) else {
            self = .damaged("the lengths within the record contradict each other")
            return
        }
        self = .record(type, size: size)
    }
}
